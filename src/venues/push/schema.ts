/** The frames of a push server (P2), as far as they are looked at before use. */

export interface PushFrame {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly timestamp: unknown;
}

/** P4: text that is no JSON, and must not count as broken. */
export const HEARTBEAT_TEXTS: ReadonlySet<string> = new Set(['ping', 'pong']);

/** Types that carry nothing for anybody but the session (P4, P4a). */
export const SILENT_TYPES: ReadonlySet<string> = new Set(['ping', 'pong', 'echo', 'connection_established']);

/** The frame, or what is wrong with it. */
export function readPushFrame(text: string): PushFrame | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (!isRecord(value)) return 'not an object';
  const { type, data, timestamp } = value;
  if (typeof type !== 'string' || type === '') return 'without a type';
  return { type, data: isRecord(data) ? data : {}, timestamp };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
