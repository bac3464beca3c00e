/** From text to a frame: the many (`event`) by hand, the few by their schemas. */
import { serverFrames, type ServerFrame, type ServerFrameOf, type ServerFrameType } from '#protocol/envelope.ts';

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
  if (type === 'event') return isEvent(frame) ? frame : 'malformed';
  if (!isFrameType(type)) return typeof type === 'string' ? 'unknown' : 'malformed';
  const parsed = serverFrames[type].safeParse(frame);
  return parsed.success ? parsed.data : 'malformed';
}

function isFrameType(type: unknown): type is ServerFrameType {
  return typeof type === 'string' && Object.hasOwn(serverFrames, type);
}

function isEvent(frame: object): frame is ServerFrameOf<'event'> {
  const { channel, event, seq, timestamp } = frame as Record<string, unknown>;
  return (
    typeof channel === 'string' &&
    typeof event === 'string' &&
    (seq === undefined || typeof seq === 'number') &&
    (timestamp === undefined || typeof timestamp === 'number')
  );
}
