/** The frames on the wire, both directions. */
import * as z from 'zod/mini';
import { MAX_REQUEST_ID_LENGTH } from './limits.ts';
import { ROLES } from './roles.ts';

const timestamp = z.number();
const requestId = z.string().check(z.minLength(1), z.maxLength(MAX_REQUEST_ID_LENGTH));
/** Z12: where a client was when it lost the connection. */
const after = z.object({ run: z.string(), seq: z.number() });

const authFrame = z.object({ type: z.literal('auth'), id: z.optional(requestId), token: z.string() });
const subscribeFrame = z.object({
  type: z.literal('subscribe'),
  id: z.optional(requestId),
  channels: z.array(z.string()),
  after: z.optional(after),
});
const unsubscribeFrame = z.object({
  type: z.literal('unsubscribe'),
  id: z.optional(requestId),
  channels: z.array(z.string()),
});
// `id` is checked by the command's own rule (Z13: INVALID_COMMAND, not INVALID_MESSAGE).
const commandFrame = z.object({
  type: z.literal('command'),
  id: z.optional(z.unknown()),
  action: z.string(),
  params: z.optional(z.unknown()),
});
const pingFrame = z.object({ type: z.literal('ping') });
const pongFrame = z.object({ type: z.literal('pong') });

/** What a client may send; `timestamp` and unknown fields are tolerated, missing or present (Z4). */
export const clientFrames = {
  auth: authFrame,
  subscribe: subscribeFrame,
  unsubscribe: unsubscribeFrame,
  command: commandFrame,
  ping: pingFrame,
  pong: pongFrame,
} as const;
export type ClientFrameType = keyof typeof clientFrames;
export type ClientFrame = { [T in ClientFrameType]: z.infer<(typeof clientFrames)[T]> }[ClientFrameType];

export const wireError = z.object({
  code: z.string(),
  message: z.string(),
  details: z.optional(z.unknown()),
});
export type WireError = z.infer<typeof wireError>;

export const capabilities = z.object({
  actions: z.array(z.string()),
  channels: z.array(z.string()),
  limits: z.object({
    messages_per_s: z.number(),
    subscriptions: z.number(),
    commands_per_s: z.number(),
  }),
  heartbeat_ms: z.number(),
});
export type Capabilities = z.infer<typeof capabilities>;

const time = z.optional(timestamp);

/** What a server may send, foreign ones included: fields only ours sends are optional. */
export const serverFrames = {
  connected: z.object({
    type: z.literal('connected'),
    timestamp: time,
    data: z.object({
      protocol: z.optional(z.string()),
      server: z.optional(z.string()),
      /** Malformed ones count as none: then only the published actions are offered (Z5). */
      capabilities: z.catch(z.optional(capabilities), undefined),
      run: z.optional(z.string()),
      seq: z.optional(z.number()),
      /** `false`: the engine serves without sign-in (Z6). */
      auth_required: z.optional(z.boolean()),
    }),
  }),
  auth_result: z.object({
    type: z.literal('auth_result'),
    id: z.optional(z.string()),
    timestamp: time,
    success: z.boolean(),
    data: z.optional(
      z.object({
        user: z.optional(z.string()),
        /** A foreign engine's own role is no reason to refuse its `auth_result`. */
        role: z.catch(z.optional(z.enum(ROLES)), undefined),
        expires_at: z.optional(z.number()),
        message: z.optional(z.string()),
      }),
    ),
    error: z.optional(wireError),
  }),
  subscribed: z.object({
    type: z.literal('subscribed'),
    id: z.optional(z.string()),
    timestamp: time,
    data: z.object({
      channels: z.optional(z.array(z.string())),
      active_subscriptions: z.optional(z.number()),
      count: z.optional(z.number()),
      denied: z.optional(z.array(z.object({ channel: z.string(), code: z.string() }))),
      replayed: z.optional(z.number()),
      gap: z.optional(z.boolean()),
    }),
  }),
  unsubscribed: z.object({
    type: z.literal('unsubscribed'),
    id: z.optional(z.string()),
    timestamp: time,
    data: z.optional(z.unknown()),
  }),
  event: z.object({
    type: z.literal('event'),
    timestamp: time,
    channel: z.string(),
    event: z.string(),
    seq: z.optional(z.number()),
    data: z.optional(z.unknown()),
  }),
  response: z.object({
    type: z.literal('response'),
    id: z.string(),
    timestamp: time,
    success: z.boolean(),
    data: z.optional(z.unknown()),
    error: z.optional(wireError),
  }),
  error: z.object({
    type: z.literal('error'),
    id: z.optional(z.string()),
    timestamp: time,
    error: wireError,
  }),
  ping: pingFrame,
  pong: pongFrame,
} as const;
export type ServerFrameType = keyof typeof serverFrames;
export type ServerFrame = { [T in ServerFrameType]: z.infer<(typeof serverFrames)[T]> }[ServerFrameType];
export type ServerFrameOf<T extends ServerFrameType> = z.infer<(typeof serverFrames)[T]>;
