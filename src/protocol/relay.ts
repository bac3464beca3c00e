/** Why a WebSocket through the engine to a source was closed by the engine; codes of the source itself pass as they are. */
export const RelayClose = {
  /** The user's session ended. */
  sessionEnded: 4501,
  /** Nothing answers at the source's address; the reason says what happened. */
  unreachable: 4502,
  /** It answered, but not with a WebSocket (`HTTP 403 …`). */
  refused: 4503,
  /** The source broke off without a code. */
  lost: 4505,
  /** The source was removed, or leads elsewhere now. */
  sourceChanged: 4510,
  /** One side does not take what the other sends. */
  slow: 4513,
} as const;

/** A ticket opens one WebSocket within this time. */
export const RELAY_TICKET_MS = 30_000;
