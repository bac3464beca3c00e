/** The figures of zigquant-v2, in one place for both ends. */

export const SUBPROTOCOL = 'zigquant-v2';

/** Z20. */
export const CloseCode = {
  bye: 1000,
  shuttingDown: 1001,
  unsupportedData: 1003,
  tooLarge: 1009,
  authentication: 4401,
  forbidden: 4403,
  heartbeat: 4408,
  slowConsumer: 4413,
  rate: 4429,
} as const;

/** Z1: largest frame a client may send. */
export const MAX_CLIENT_FRAME_BYTES = 64 * 1024;

/** Z6: a connection that has not authenticated by then is closed. */
export const AUTH_DEADLINE_MS = 10_000;

/** Z8: a client refreshes its token at this share of the lifetime. */
export const TOKEN_REFRESH_AT = 0.8;

/** Z16. */
export const PING_INTERVAL_MS = 30_000;
export const SERVER_SILENCE_LIMIT_MS = 60_000;
export const CLIENT_STALE_MS = 35_000;
export const CLIENT_SILENCE_LIMIT_MS = 65_000;

/** Z14. */
export const COMMAND_TIMEOUT_MS = 30_000;

/** Z17. */
export const RECONNECT_MIN_MS = 1_000;
export const RECONNECT_MAX_MS = 30_000;
export const RECONNECT_TRIES = 10;

/** Z18, a connection. */
export const MESSAGES_PER_S = 100;
export const MAX_SUBSCRIPTIONS = 50;
export const COMMANDS_PER_S = 10;
export const EXCESS_CLOSE_MS = 10_000;

/** Z19: durable events queued for one slow client. */
export const DURABLE_QUEUE_BYTES = 1024 * 1024;

/** Z13: how long request ids are remembered. */
export const IDEMPOTENCY_WINDOW_MS = 5 * 60_000;
export const MAX_REQUEST_ID_LENGTH = 64;
