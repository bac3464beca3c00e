/** The packets of Engine.IO 4 and Socket.IO 5 as text, as far as an account server uses them. */

export type Packet =
  /** `42["name",{…}]`. */
  | { readonly kind: 'event'; readonly name: string; readonly payload: unknown }
  /** `44{"message":…}`: the connection is refused (T2). */
  | { readonly kind: 'refusal'; readonly message: string }
  /** Opening, heartbeats, connects, acknowledgements: nothing is said of the account. */
  | { readonly kind: 'protocol'; readonly name: string }
  | { readonly kind: 'unreadable'; readonly reason: string };

const ENGINE = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'] as const;
const SOCKET = ['connect', 'disconnect', 'event', 'ack', 'connect_error', 'binary_event', 'binary_ack'] as const;
/** Type, number of attachments, namespace, id of an acknowledgement, and the rest. */
const MESSAGE = /^(\d)(?:\d+-)?(?:\/[^,]*,)?(\d*)([[{"].*)?$/s;

export function readPacket(frame: string): Packet {
  const engine = ENGINE[Number(frame[0] ?? NaN)];
  if (engine === undefined) return { kind: 'unreadable', reason: 'no Engine.IO packet' };
  if (engine !== 'message') return { kind: 'protocol', name: engine };
  const [, digit = '', , body] = MESSAGE.exec(frame.slice(1)) ?? [];
  const name = SOCKET[Number(digit === '' ? NaN : digit)];
  if (name === undefined) return { kind: 'unreadable', reason: 'no Socket.IO packet' };
  if (name !== 'event' && name !== 'connect_error') return { kind: 'protocol', name };
  const value = parseJson(body);
  if (name === 'connect_error') {
    return { kind: 'refusal', message: isRecord(value) ? text(value['message']) : 'connection refused' };
  }
  if (!Array.isArray(value) || typeof value[0] !== 'string') return { kind: 'unreadable', reason: 'no event' };
  return { kind: 'event', name: value[0], payload: value[1] };
}

/** T5: what every push comes in. */
export interface Update {
  readonly data: unknown;
  readonly timestamp: unknown;
  readonly userId: string | undefined;
}

export function readUpdate(payload: unknown): Update | undefined {
  if (!isRecord(payload) || !('data' in payload)) return undefined;
  return { data: payload['data'], timestamp: payload['timestamp'], userId: userIdOf(payload) };
}

/** A number with the known server, a name with ours. */
export function userIdOf(payload: unknown): string | undefined {
  const id = isRecord(payload) ? payload['user_id'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

export function messageOf(payload: unknown): string {
  return isRecord(payload) ? text(payload['message'] ?? payload['error']) : text(payload);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return (typeof value === 'string' ? value : jsonOf(value)).slice(0, 500);
}

/** JSON nested too deeply can be read, but not written. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'no message';
  } catch {
    return 'no message';
  }
}

function parseJson(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}
