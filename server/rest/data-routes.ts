/**
 * Candle data sets over HTTP, where they are too large for a command: `POST /api/v2/data/import?name=&symbol=&timeframe=`
 * takes a file as its body, `GET /api/v2/data/:id/columns?from=&to=&timeframe=` gives columns as bytes
 * (`candle-columns-binary.ts`), gzipped.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import { encodeParts } from '#domain/candle-columns-binary.ts';
import { rowAt, sliceColumns } from '#domain/candle-columns.ts';
import { channelSegment } from '#domain/channel.ts';
import { INTERVALS } from '#domain/market-data.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { roleAllows } from '#protocol/roles.ts';
import { gzip } from '#server/datasets/column-files.ts';
import type { DatasetService } from '#server/datasets/create-datasets.ts';
import { wholeColumns } from '#server/datasets/resolve-data.ts';
import type { TokenVerifier } from '#server/gateway/identity.ts';
import { describeIssues, fieldIssues } from '#server/gateway/validation.ts';
import { CandleFileError } from '#server/datasets/candle-file-error.ts';
import { identify } from './command-routes.ts';
import { refuse, reply } from './replies.ts';

export interface DataRoutePorts {
  readonly datasets: Pick<DatasetService, 'importFile' | 'store'>;
  readonly verifier: TokenVerifier;
  readonly authRequired: boolean;
}

/** The path of uploads: they may take longer than other requests. */
export const IMPORT_PATH = '/api/v2/data/import';
/** So long nothing may come of an upload. */
const IDLE_MS = 30_000;
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));
const time = z.optional(z.pipe(z.transform(Number), z.number('expected ms since the epoch')));
const importQuery = z.object({
  name: z.optional(z.string().check(z.maxLength(80))),
  symbol: text(64),
  timeframe: z.optional(z.enum(INTERVALS)),
});
const columnsQuery = z.object({ from: time, to: time, timeframe: z.optional(z.enum(INTERVALS)) });

export function dataRoutes(app: FastifyInstance, ports: DataRoutePorts): void {
  const { datasets } = ports;
  /** Who has an import on its way: large files one after the other. */
  const importing = new Set<string>();

  void app.register(async (scope) => {
    // The body is read by the import, in pieces and at its pace.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));

    scope.post(IMPORT_PATH, async (request, response) => {
      const { user, role } = await identify(request, ports);
      if (!roleAllows(role, 'trader')) throw new ProtocolError('FORBIDDEN', 'data.import needs the role trader');
      const { name, symbol, timeframe } = checked(importQuery, request.query);
      if (importing.has(user)) {
        throw new ProtocolError('RATE_LIMITED', 'an import of yours is still on its way', { retry_after_ms: 1000 });
      }
      importing.add(user);
      try {
        const called = name === undefined || name.trim() === '' ? symbol : name.trim();
        const about = { file: called, name: called, symbol, timeframe };
        const dataset = await datasets.importFile(bodyOf(request), about);
        return await reply(response, { success: true, data: { dataset } });
      } catch (error) {
        // The client is gone: there is nobody to tell.
        if (request.raw.destroyed && !request.raw.complete) return await response.hijack();
        return await refuse(response, asRefusal(error), statusOf(error));
      } finally {
        importing.delete(user);
      }
    });
  });

  app.get<{ Params: { id: string } }>('/api/v2/data/:id/columns', async (request, response) => {
    await identify(request, ports);
    const { from, to, timeframe } = checked(columnsQuery, request.query);
    const { id } = request.params;
    const dataset = await datasets.store.get(id);
    if (dataset === undefined) throw new ProtocolError('NOT_FOUND', `there is no data set ${channelSegment(id)}`);
    const whole = await wholeColumns(datasets.store, dataset, timeframe ?? dataset.timeframe, 'timeframe');
    const start = from === undefined ? 0 : rowAt(whole, from);
    const columns = sliceColumns(whole, start, to === undefined ? whole.length : rowAt(whole, to + 1));
    const bytes = Readable.from(copies(encodeParts(columns)));
    void response.type('application/octet-stream');
    if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return response.send(bytes);
    const packed = gzip();
    bytes.on('error', (error) => packed.destroy(error));
    packed.on('close', () => bytes.destroy());
    return response.header('Content-Encoding', 'gzip').header('Vary', 'Accept-Encoding').send(bytes.pipe(packed));
  });
}

async function* bodyOf({ raw }: FastifyRequest): AsyncGenerator<Uint8Array> {
  raw.setTimeout(IDLE_MS, () => raw.destroy());
  try {
    for await (const piece of raw.iterator({ destroyOnReturn: false })) yield piece as Uint8Array;
  } finally {
    raw.setTimeout(0);
    // What is not read is let go, or a client that sends everything before it listens would never hear the answer.
    raw.resume();
  }
}

/** Each part is good until the next is made. */
function* copies(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const part of parts) yield part.slice();
}

function checked<T extends z.ZodMiniType>(schema: T, query: unknown): z.output<T> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const issues = fieldIssues(parsed.error);
  throw new ProtocolError('VALIDATION_ERROR', describeIssues(issues), issues);
}

/** Each bad line is a field `line 5`, or `row 5`; what is wrong with the whole is the field `file`. */
function asRefusal(error: unknown): ProtocolError {
  if (error instanceof CandleFileError) {
    const { unit, problems } = error;
    const issues = problems.map(({ line, message }) => ({ path: line === 0 ? 'file' : `${unit} ${line}`, message }));
    return new ProtocolError('VALIDATION_ERROR', describeIssues(issues), issues);
  }
  if (statusOf(error) !== undefined) return new ProtocolError('INTERNAL_ERROR', 'there is no room for it on the disk');
  if (error instanceof ProtocolError) return error;
  throw error;
}

function statusOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return NO_ROOM.has(code) ? 507 : undefined;
}
