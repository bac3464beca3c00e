/** Answers over HTTP: `{success, data|error}` with the status that fits the code. */
import type { FastifyReply } from 'fastify';
import type { ProtocolError } from '#protocol/errors.ts';
import type { StoredResponse } from '#server/gateway/handlers.ts';
import { refusal } from '#server/gateway/dispatcher.ts';

const STATUS: Readonly<Record<string, number>> = {
  AUTH_REQUIRED: 401,
  AUTH_INVALID: 401,
  AUTH_EXPIRED: 401,
  FORBIDDEN: 403,
  PARSE_ERROR: 400,
  INVALID_MESSAGE: 400,
  INVALID_COMMAND: 400,
  VALIDATION_ERROR: 400,
  NOT_FOUND: 404,
  UNKNOWN_ACTION: 404,
  GRID_ALREADY_RUNNING: 409,
  GRID_NOT_RUNNING: 409,
  KILL_SWITCH_ACTIVE: 409,
  INSUFFICIENT_FUNDS: 422,
  RISK_REJECTED: 422,
  RATE_LIMITED: 429,
  VENUE_UNAVAILABLE: 503,
  TIMEOUT: 504,
};

/** `status`: where it says more than that of the code. */
export function reply(to: FastifyReply, response: StoredResponse, status?: number): FastifyReply {
  if (response.success) return to.send(response);
  const wait = retryAfter(response.error.details);
  if (wait !== undefined) void to.header('Retry-After', Math.ceil(wait / 1000));
  return to.code(status ?? STATUS[response.error.code] ?? 500).send(response);
}

export function refuse(to: FastifyReply, error: ProtocolError, status?: number): FastifyReply {
  return reply(to, refusal(error.code, error.message, error.details), status);
}

function retryAfter(details: unknown): number | undefined {
  if (typeof details !== 'object' || details === null || !('retry_after_ms' in details)) return undefined;
  return typeof details.retry_after_ms === 'number' ? details.retry_after_ms : undefined;
}
