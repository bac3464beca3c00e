/** All fills of a grid as a CSV file: exact figures, UTC times. */
import type { FillView } from '#protocol/shapes.ts';
import type { useClient } from '#queries/client-context.tsx';
import { csvText } from '#ui/csv.ts';

type Client = Pick<ReturnType<typeof useClient>, 'command'>;

const PAGE = 2000;

/** Oldest first. */
export async function fetchAllFills(client: Client, id: string): Promise<FillView[]> {
  const all = new Map<string, FillView>();
  let before: number | undefined;
  for (;;) {
    const { fills } = await client.command('grid.fills', { id, limit: PAGE, ...(before !== undefined && { before }) });
    const known = all.size;
    for (const fill of fills) all.set(fill.trade_id, fill);
    const oldest = fills.at(-1)?.ts;
    if (fills.length < PAGE || oldest === undefined || all.size === known) break;
    // The oldest's own millisecond again: it may hold more than this page did.
    before = oldest + 1;
  }
  return [...all.values()].reverse();
}

const COLUMNS = [
  'time',
  'trade_id',
  'order_id',
  'level',
  'side',
  'price',
  'amount',
  'fee',
  'fee_currency',
  'realized_pnl',
  'position_after',
] as const;

export function fillsCsv(fills: readonly FillView[]): string {
  const rows = fills.map((fill) =>
    COLUMNS.map((column) =>
      column === 'time' ? new Date(fill.ts).toISOString() : (fill.exact?.[column] ?? fill[column]),
    ),
  );
  return csvText([COLUMNS, ...rows]);
}

export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
