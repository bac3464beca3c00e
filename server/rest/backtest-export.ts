/**
 * A backtest as a file: `GET /api/v2/backtest/:id/export.json` gives all there is of it, `export.csv?what=trades` (or
 * `fills`) a table. Written page by page, at the pace of who reads it.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { ProtocolError } from '#protocol/errors.ts';
import type { TokenVerifier } from '#server/gateway/identity.ts';
import type { Backtests } from '#server/storage/backtests.ts';
import type { PageKind } from '#server/workers/messages.ts';
import { identify } from './command-routes.ts';

export interface ExportPorts {
  readonly backtests: Pick<Backtests, 'get' | 'result' | 'page'>;
  readonly verifier: TokenVerifier;
  readonly authRequired: boolean;
}

const TIMES = new Set(['ts', 'entry_ts', 'exit_ts']);
const HEADERS: Readonly<Record<PageKind, readonly string[]>> = {
  trades: [
    'number',
    'side',
    'level',
    'entry_ts',
    'exit_ts',
    'entry_price',
    'exit_price',
    'amount',
    'pnl',
    'return',
    'fees',
    'bars',
  ],
  fills: ['ts', 'side', 'level', 'price', 'amount', 'fee', 'realized_pnl'],
};

export function backtestExport(app: FastifyInstance, ports: ExportPorts): void {
  const { backtests } = ports;

  function find(id: string) {
    const view = backtests.get(id);
    if (!view) throw new ProtocolError('NOT_FOUND', `there is no backtest ${id}`);
    if (view.state !== 'completed') throw new ProtocolError('NOT_FOUND', `${id} has no result: it is ${view.state}`);
    return view;
  }

  function* pages(id: string, kind: PageKind): Generator<Record<string, unknown>[]> {
    for (let page = 0; ; page += 1) {
      const rows = backtests.page(id, kind, page);
      if (!rows) return;
      yield rows;
    }
  }

  function* asCsv(id: string, kind: PageKind): Generator<string> {
    yield `${HEADERS[kind].join(',')}\n`;
    for (const rows of pages(id, kind)) yield rows.map((row) => csvLine(row, HEADERS[kind])).join('');
  }

  function* asJson(id: string): Generator<string> {
    const { progress: _, ...view } = find(id);
    const result = backtests.result(id);
    yield JSON.stringify({ ...view, ...(result && { exact: result.exact }), result }).slice(0, -1);
    for (const kind of ['trades', 'fills'] as const) {
      yield `,"${kind}":[`;
      let isFirst = true;
      for (const rows of pages(id, kind)) {
        const text = rows.map((row) => JSON.stringify(row)).join(',');
        yield isFirst ? text : `,${text}`;
        isFirst = false;
      }
      yield ']';
    }
    yield '}\n';
  }

  app.get<{ Params: { id: string }; Querystring: { what?: string } }>(
    '/api/v2/backtest/:id/export.csv',
    async (request, response) => {
      await identify(request, ports);
      const { id } = find(request.params.id);
      const { what = 'trades' } = request.query;
      if (what !== 'trades' && what !== 'fills') {
        throw new ProtocolError('VALIDATION_ERROR', 'what: expected trades or fills', [
          { path: 'what', message: 'expected trades or fills' },
        ]);
      }
      return response
        .type('text/csv; charset=utf-8')
        .header('Content-Disposition', `attachment; filename="${id}-${what}.csv"`)
        .send(Readable.from(asCsv(id, what)));
    },
  );

  app.get<{ Params: { id: string } }>('/api/v2/backtest/:id/export.json', async (request, response) => {
    await identify(request, ports);
    const { id } = find(request.params.id);
    return response
      .type('application/json; charset=utf-8')
      .header('Content-Disposition', `attachment; filename="${id}.json"`)
      .send(Readable.from(asJson(id)));
  });
}

/** Plain numbers and words: nothing to be quoted. Times are ISO. */
function csvLine(row: Record<string, unknown>, names: readonly string[]): string {
  const cells = names.map((name) => {
    const value = row[name];
    return TIMES.has(name) ? new Date(Number(value)).toISOString() : String(value ?? '');
  });
  return `${cells.join(',')}\n`;
}
