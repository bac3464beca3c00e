/** From text to a frame. */
import type { ServerFrame } from '#protocol/envelope.ts';
import { isEventFrame, isFrameType, isServerFrame } from '#protocol/frame-guards.ts';

/** `unknown`: a later protocol's frame type, none of our business (Z4). */
export type Parsed = ServerFrame | 'malformed' | 'unknown';

export function parseFrame(text: string): Parsed {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return 'malformed';
  }
  if (typeof frame !== 'object' || frame === null || !('type' in frame)) return 'malformed';
  const { type } = frame;
  if (type === 'event') return isEventFrame(frame) ? frame : 'malformed';
  if (typeof type !== 'string') return 'malformed';
  if (!isFrameType(type)) return 'unknown';
  return isServerFrame(type, frame) ? frame : 'malformed';
}
