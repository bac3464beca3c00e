/** *Verify*: the same run through the engine that trades live, compared to the digit (G21). */
import type { BacktestResult } from '#protocol/backtest-shapes.ts';
import type { useClient } from '#queries/client-context.tsx';
import { type Client, fetchAllFills, fetchAllTrades } from './fetch-records.ts';
import { isOpen } from './use-backtest.ts';

export interface Verification {
  readonly fills: number;
  readonly trades: number;
  /** Names of what differs; empty: identical. */
  readonly differences: readonly string[];
}

/** Rejects with the reason where the second run has no result. It leaves nothing behind in the list of runs. */
export async function verifyRun(
  client: Client & Pick<ReturnType<typeof useClient>, 'subscribe'>,
  run: BacktestResult,
  signal: AbortSignal,
): Promise<Verification> {
  const { backtest_id: id } = await client.command('backtest.run', { ...run.config, path: 'core' });
  try {
    const second = await finished(client, id, signal);
    if (!second.result) throw new Error(second.reason ?? second.state);
    const both = (fetch: typeof fetchAllFills | typeof fetchAllTrades) =>
      Promise.all([fetch(client, run.id), fetch(client, id)]);
    const [fills, trades] = [await both(fetchAllFills), await both(fetchAllTrades)];
    const lists = [...(same(...fills) ? [] : ['fills']), ...(same(...trades) ? [] : ['trades'])];
    return {
      fills: fills[0].length,
      trades: trades[0].length,
      differences: [...differencesOf(run, second), ...lists],
    };
  } finally {
    await client.command('backtest.cancel', { id }).catch(() => undefined);
    await client.command('backtest.delete', { id }).catch(() => undefined);
  }
}

/** All but what is said of the running itself. */
export function differencesOf(a: BacktestResult, b: BacktestResult): string[] {
  const facts = (run: BacktestResult): Readonly<Record<string, unknown>> => {
    const { took_ms: _, exact, ...result } = { ...run.result };
    const figures = Object.entries(exact ?? {}).map(([name, value]) => [`exact.${name}`, value]);
    return { data: run.dataset?.hash, ...run.metrics, ...result, ...Object.fromEntries(figures) };
  };
  const [left, right] = [facts(a), facts(b)];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((name) => !same(left[name], right[name]));
}

/** Equal as they travel; the order of an object's names does not matter. */
function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([x], [y]) => (x < y ? -1 : 1)))
      : part,
  );
}

function finished(
  client: Client & Pick<ReturnType<typeof useClient>, 'subscribe'>,
  id: string,
  signal: AbortSignal,
): Promise<BacktestResult> {
  return new Promise((resolve, reject) => {
    const look = () => {
      client.command('backtest.get', { id }).then((run) => {
        if (isOpen(run.state)) return;
        stop();
        resolve(run);
      }, fail);
    };
    const stop = client.subscribe(`backtest.${id}.lifecycle`, look, { onGap: look });
    const fail = (reason: unknown) => {
      stop();
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    signal.addEventListener('abort', () => fail(new Error('stopped')), { once: true });
    // It may have ended before anybody listened.
    look();
  });
}
