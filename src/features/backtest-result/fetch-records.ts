/** All trades and fills of a run, page by page. */
import type { BacktestFill, BacktestTrade } from '#protocol/backtest-shapes.ts';
import type { useClient } from '#queries/client-context.tsx';

export type Client = Pick<ReturnType<typeof useClient>, 'command'>;

/** The most that a page of either may have. */
export const RECORDS_PAGE = 2000;

export async function fetchAllTrades(client: Client, id: string, most = Infinity): Promise<BacktestTrade[]> {
  return allPages(most, async (offset) => {
    const { trades, total } = await client.command('backtest.trades', { id, offset, limit: RECORDS_PAGE });
    return { rows: trades, total };
  });
}

export async function fetchAllFills(client: Client, id: string, most = Infinity): Promise<BacktestFill[]> {
  return allPages(most, async (offset) => {
    const { fills, total } = await client.command('backtest.fills', { id, offset, limit: RECORDS_PAGE });
    return { rows: fills, total };
  });
}

async function allPages<Row>(
  most: number,
  page: (offset: number) => Promise<{ readonly rows: readonly Row[]; readonly total: number }>,
): Promise<Row[]> {
  const all: Row[] = [];
  for (;;) {
    const { rows, total } = await page(all.length);
    all.push(...rows);
    if (rows.length === 0 || all.length >= Math.min(total, most)) return all;
  }
}
