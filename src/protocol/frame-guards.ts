/** The frames a server sends, checked as `serverFrames` in `envelope.ts` says. */
import type { Capabilities, ServerFrameOf, ServerFrameType, WireError } from './envelope.ts';
import {
  type Guard,
  isAnything,
  isFlag,
  isNumber,
  isObject,
  isText,
  listOf,
  oneOf,
  optional,
  record,
} from './guards.ts';
import { ROLES } from './roles.ts';

type Data<T extends ServerFrameType> = NonNullable<Extract<ServerFrameOf<T>, { readonly data?: unknown }>['data']>;

const optionalNumber = optional(isNumber);
const optionalText = optional(isText);

const isWireError = record<WireError>({ code: isText, message: isText, details: isAnything });

const isCapabilities = record<Capabilities>({
  actions: listOf(isText),
  channels: listOf(isText),
  limits: record<Capabilities['limits']>({
    messages_per_s: isNumber,
    subscriptions: isNumber,
    commands_per_s: isNumber,
  }),
  heartbeat_ms: isNumber,
});

const GUARDS: { readonly [T in Exclude<ServerFrameType, 'event'>]: Guard<ServerFrameOf<T>> } = {
  connected: record<ServerFrameOf<'connected'>>({
    type: oneOf('connected'),
    timestamp: optionalNumber,
    data: record<Data<'connected'>>({
      protocol: optionalText,
      server: optionalText,
      capabilities: optional(isCapabilities),
      run: optionalText,
      seq: optionalNumber,
      auth_required: optional(isFlag),
    }),
  }),
  auth_result: record<ServerFrameOf<'auth_result'>>({
    type: oneOf('auth_result'),
    id: optionalText,
    timestamp: optionalNumber,
    success: isFlag,
    data: optional(
      record<Data<'auth_result'>>({
        user: optionalText,
        role: optional(oneOf(...ROLES)),
        expires_at: optionalNumber,
        message: optionalText,
      }),
    ),
    error: optional(isWireError),
  }),
  subscribed: record<ServerFrameOf<'subscribed'>>({
    type: oneOf('subscribed'),
    id: optionalText,
    timestamp: optionalNumber,
    data: record<Data<'subscribed'>>({
      channels: optional(listOf(isText)),
      active_subscriptions: optionalNumber,
      count: optionalNumber,
      denied: optional(listOf(record<{ channel: string; code: string }>({ channel: isText, code: isText }))),
      replayed: optionalNumber,
      gap: optional(isFlag),
    }),
  }),
  unsubscribed: record<ServerFrameOf<'unsubscribed'>>({
    type: oneOf('unsubscribed'),
    id: optionalText,
    timestamp: optionalNumber,
    data: isAnything,
  }),
  response: record<ServerFrameOf<'response'>>({
    type: oneOf('response'),
    id: isText,
    timestamp: optionalNumber,
    success: isFlag,
    data: isAnything,
    error: optional(isWireError),
  }),
  error: record<ServerFrameOf<'error'>>({
    type: oneOf('error'),
    id: optionalText,
    timestamp: optionalNumber,
    error: isWireError,
  }),
  ping: record<ServerFrameOf<'ping'>>({ type: oneOf('ping') }),
  pong: record<ServerFrameOf<'pong'>>({ type: oneOf('pong') }),
};

/** Whether anything but events comes under this type. */
export function isFrameType(type: string): type is keyof typeof GUARDS {
  return Object.hasOwn(GUARDS, type);
}

/** Any frame but an event. What the schemas let count as not told is taken out of it: it is ours, just parsed. */
export function isServerFrame<T extends keyof typeof GUARDS>(type: T, frame: object): frame is ServerFrameOf<T> {
  if ('data' in frame && isObject(frame.data)) {
    const { data } = frame;
    if (type === 'connected' && !isCapabilities(data['capabilities'])) delete data['capabilities'];
    if (type === 'auth_result' && !oneOf(...ROLES)(data['role'])) delete data['role'];
  }
  return GUARDS[type](frame);
}

/** By hand: thousands a second. */
export function isEventFrame(frame: object): frame is ServerFrameOf<'event'> {
  const { channel, event, seq, timestamp }: { readonly [K in keyof ServerFrameOf<'event'>]?: unknown } = frame;
  return (
    typeof channel === 'string' &&
    typeof event === 'string' &&
    (seq === undefined || Number.isFinite(seq)) &&
    (timestamp === undefined || Number.isFinite(timestamp))
  );
}
