/** A client's text frame, checked (Z4). */
import { clientFrames, type ClientFrame, type ClientFrameType } from '#protocol/envelope.ts';
import type { ErrorCode } from '#protocol/errors.ts';
import { describeIssues, fieldIssues } from './validation.ts';

/** More patterns than this in one frame are nonsense, and each would want an answer. */
const MAX_CHANNELS_A_FRAME = 500;

export type ReadFrame =
  | { readonly ok: true; readonly frame: ClientFrame }
  | {
      readonly ok: false;
      readonly id: string | undefined;
      readonly code: Extract<ErrorCode, 'PARSE_ERROR' | 'UNKNOWN_TYPE' | 'INVALID_MESSAGE'>;
      readonly message: string;
      readonly details?: unknown;
    };

export function readFrame(text: string): ReadFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, id: undefined, code: 'PARSE_ERROR', message: 'not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return invalid(undefined, [{ path: '', message: 'a frame is one JSON object' }]);
  }
  const id = 'id' in value && typeof value.id === 'string' ? value.id : undefined;
  const type: unknown = 'type' in value ? value.type : undefined;
  if (typeof type !== 'string') return invalid(id, [{ path: 'type', message: 'expected string' }]);
  if (!isFrameType(type)) {
    return { ok: false, id, code: 'UNKNOWN_TYPE', message: `unknown type ${JSON.stringify(type.slice(0, 64))}` };
  }
  const parsed = clientFrames[type].safeParse(value);
  if (!parsed.success) return invalid(id, fieldIssues(parsed.error));
  if ('channels' in parsed.data && parsed.data.channels.length > MAX_CHANNELS_A_FRAME) {
    return invalid(id, [{ path: 'channels', message: `at most ${MAX_CHANNELS_A_FRAME} a frame` }]);
  }
  return { ok: true, frame: parsed.data };
}

function isFrameType(type: string): type is ClientFrameType {
  return Object.hasOwn(clientFrames, type);
}

function invalid(id: string | undefined, issues: { path: string; message: string }[]): ReadFrame {
  return { ok: false, id, code: 'INVALID_MESSAGE', message: describeIssues(issues), details: issues };
}
