/** The commands as HTTP routes under `/api/v2`: the same dispatcher, so the same checks, roles and idempotency. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '#domain/clock.ts';
import type { Action } from '#protocol/commands.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { COMMANDS_PER_S, MAX_REQUEST_ID_LENGTH } from '#protocol/limits.ts';
import type { Dispatcher } from '#server/gateway/dispatcher.ts';
import type { StoredResponse } from '#server/gateway/handlers.ts';
import { bearer } from '#server/gateway/handshake.ts';
import { ANONYMOUS, type Identity, type TokenVerifier } from '#server/gateway/identity.ts';
import { TokenBucket } from '#server/gateway/rate-limit.ts';
import { reply } from './replies.ts';

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly action: Action;
  /** Where the body is not the parameters themselves. */
  readonly params?: (id: string, body: unknown) => unknown;
  /** Where only a part of what the command gives is asked for. */
  readonly fields?: readonly string[];
}

const withBody = (id: string, body: unknown): unknown => ({ ...(isObject(body) ? body : {}), id });

const PROGRESS = ['id', 'state', 'progress', 'reason'];

const ROUTES: readonly Route[] = [
  { method: 'POST', path: 'grid/start', action: 'grid.start' },
  { method: 'POST', path: 'grid/preview', action: 'grid.preview' },
  { method: 'POST', path: 'grid/:id/stop', action: 'grid.stop', params: withBody },
  { method: 'POST', path: 'grid/:id/pause', action: 'grid.pause', params: withBody },
  { method: 'POST', path: 'grid/:id/resume', action: 'grid.resume', params: withBody },
  { method: 'PUT', path: 'grid/:id/params', action: 'grid.update_params', params: (id, params) => ({ id, params }) },
  { method: 'GET', path: 'grid', action: 'grid.list' },
  { method: 'GET', path: 'grid/:id/status', action: 'grid.get', params: withBody },
  { method: 'GET', path: 'grid/:id/orders', action: 'grid.orders', params: withBody },
  { method: 'GET', path: 'grid/:id/fills', action: 'grid.fills', params: withBody },
  { method: 'POST', path: 'backtest/run', action: 'backtest.run' },
  { method: 'POST', path: 'backtest/:id/cancel', action: 'backtest.cancel', params: withBody },
  { method: 'GET', path: 'backtest', action: 'backtest.list' },
  { method: 'GET', path: 'backtest/:id/progress', action: 'backtest.get', params: withBody, fields: PROGRESS },
  { method: 'GET', path: 'backtest/:id/result', action: 'backtest.get', params: withBody },
  { method: 'GET', path: 'backtest/:id/trades', action: 'backtest.trades', params: withBody },
  { method: 'GET', path: 'backtest/:id/fills', action: 'backtest.fills', params: withBody },
  { method: 'POST', path: 'sweep/run', action: 'sweep.run' },
  { method: 'POST', path: 'sweep/:id/cancel', action: 'sweep.cancel', params: withBody },
  { method: 'GET', path: 'sweep', action: 'sweep.list' },
  {
    method: 'GET',
    path: 'sweep/:id/progress',
    action: 'sweep.get',
    params: withBody,
    fields: [...PROGRESS, 'done', 'total', 'best'],
  },
  { method: 'GET', path: 'sweep/:id/result', action: 'sweep.get', params: withBody },
  { method: 'POST', path: 'system/kill-switch', action: 'system.kill_switch' },
  { method: 'GET', path: 'system/health', action: 'system.health' },
  { method: 'GET', path: 'system/logs', action: 'system.logs' },
  { method: 'GET', path: 'market/instruments', action: 'market.instruments' },
  { method: 'GET', path: 'market/candles', action: 'market.candles' },
];

/** A query is text; these parameters are numbers. */
const NUMBERS: ReadonlySet<string> = new Set(['limit', 'before', 'from', 'to', 'offset']);

const MAX_BUCKETS = 10_000;

export interface CommandRoutePorts {
  readonly dispatcher: Dispatcher;
  readonly verifier: TokenVerifier;
  readonly clock: Clock;
  readonly authRequired: boolean;
  /** Z18, a session. */
  readonly commandsPerSecond?: number;
}

export function commandRoutes(app: FastifyInstance, ports: CommandRoutePorts): void {
  const { dispatcher, clock, commandsPerSecond = COMMANDS_PER_S } = ports;
  const buckets = new Map<string, TokenBucket>();

  function limit({ sessionId }: Identity): void {
    const bucket = buckets.get(sessionId) ?? new TokenBucket(commandsPerSecond, clock.now());
    buckets.delete(sessionId);
    buckets.set(sessionId, bucket);
    for (const [oldest] of buckets) {
      if (buckets.size <= MAX_BUCKETS) break;
      buckets.delete(oldest);
    }
    const retry_after_ms = bucket.take(clock.now());
    if (retry_after_ms > 0) throw new ProtocolError('RATE_LIMITED', 'too many commands', { retry_after_ms });
  }

  for (const { method, path, action, params, fields } of ROUTES) {
    app.route<{ Params: { id?: string } }>({
      method,
      url: `/api/v2/${path}`,
      handler: async (request, response) => {
        const identity = await identify(request, ports);
        limit(identity);
        const input = method === 'GET' ? fromQuery(request.query) : (request.body ?? {});
        const { user, role, sessionId } = identity;
        const answer = await dispatcher.execute({
          user,
          role,
          sessionId,
          action,
          id: requestId(request),
          params: params ? params(request.params.id ?? '', input) : input,
        });
        return reply(response, fields ? onlyFields(answer, fields) : answer);
      },
    });
  }
}

export async function identify(
  request: FastifyRequest,
  { verifier, authRequired }: Pick<CommandRoutePorts, 'verifier' | 'authRequired'>,
): Promise<Identity> {
  if (!authRequired) return ANONYMOUS;
  const token = bearer(request.headers.authorization);
  if (token === undefined) throw new ProtocolError('AUTH_REQUIRED', 'send Authorization: Bearer <token>');
  return verifier.verify(token);
}

/** Z13. */
function requestId({ headers }: FastifyRequest): string {
  const key = headers['idempotency-key'];
  if (key === undefined) return randomUUID();
  if (typeof key !== 'string' || key.length === 0 || key.length > MAX_REQUEST_ID_LENGTH) {
    throw new ProtocolError('INVALID_COMMAND', `Idempotency-Key has 1 to ${MAX_REQUEST_ID_LENGTH} characters`);
  }
  return key;
}

function onlyFields(answer: StoredResponse, fields: readonly string[]): StoredResponse {
  if (!answer.success || !isObject(answer.data)) return answer;
  return {
    success: true,
    data: Object.fromEntries(Object.entries(answer.data).filter(([key]) => fields.includes(key))),
  };
}

function fromQuery(query: unknown): Record<string, unknown> {
  if (!isObject(query)) return {};
  return Object.fromEntries(
    Object.entries(query).map(([key, value]) => [key, NUMBERS.has(key) && value !== '' ? Number(value) : value]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
