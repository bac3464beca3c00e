/** The part of a data set's candles that a chart holds: at most 5,000, moved along as one scrolls or jumps. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Candle, type Interval, INTERVAL_MS } from '#domain/market-data.ts';
import { useClient } from './client-context.tsx';

export const WINDOW = 5000;
const PAGE = 2500;

export interface CandleRange {
  /** Of the data set. */
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

export interface CandleWindow {
  readonly bars: readonly Candle[];
  readonly loading: boolean;
  readonly error: { readonly message: string } | null;
  readonly older: () => void;
  readonly newer: () => void;
  /** Loads what is around a time, unless it is there (`false`). */
  readonly around: (ts: number) => Promise<boolean>;
  readonly retry: () => void;
}

type Wanted = readonly [from: number, to: number, how: 'anew' | 'front' | 'back'];

/** `end`: the newest bar to begin with, ms; left out: the newest there is. */
export function useCandleWindow(data: CandleRange, interval: Interval, end = data.to): CandleWindow {
  const client = useClient();
  const { id, from: first, to: last } = data;
  const [bars, setBars] = useState<readonly Candle[]>([]);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<{ readonly message: string } | null>(null);
  const held = useRef<readonly Candle[]>([]);
  const busy = useRef(false);
  const step = INTERVAL_MS[interval];

  const load = useCallback(
    async ([from, to, how]: Wanted): Promise<void> => {
      if (busy.current && how !== 'anew') return;
      busy.current = true;
      setLoading(true);
      setError(null);
      try {
        const limit = how === 'anew' ? WINDOW : PAGE;
        const { candles } = await client.command('data.candles', { id, timeframe: interval, from, to, limit });
        held.current = how === 'anew' ? candles : joined(held.current, candles, how);
        setBars(held.current);
      } catch (reason) {
        setError({ message: reason instanceof Error ? reason.message : String(reason) });
      } finally {
        busy.current = false;
        setLoading(false);
      }
    },
    [client, id, interval],
  );
  const begin = useCallback(() => {
    // Half a window more, where there is: what followed is a part of the picture.
    const newest = Math.min(last, end + (WINDOW / 2) * step);
    void load([Math.max(first, newest - (WINDOW - 1) * step), newest, 'anew']);
  }, [load, first, last, end, step]);
  useEffect(begin, [begin]);

  const older = useCallback(() => {
    const oldest = held.current[0]?.ts;
    if (oldest === undefined || oldest <= first) return;
    void load([Math.max(first, oldest - PAGE * step), oldest - 1, 'front']);
  }, [load, first, step]);
  const newer = useCallback(() => {
    const newest = held.current.at(-1)?.ts;
    if (newest === undefined || newest + step > last) return;
    void load([newest + 1, Math.min(last, newest + PAGE * step), 'back']);
  }, [load, last, step]);
  const around = useCallback(
    async (ts: number) => {
      const [oldest, newest] = [held.current[0]?.ts ?? Infinity, held.current.at(-1)?.ts ?? -Infinity];
      if (ts >= oldest && ts < newest + step) return false;
      const from = Math.max(first, Math.min(ts - PAGE * step, last - (WINDOW - 1) * step));
      await load([from, Math.min(last, from + (WINDOW - 1) * step), 'anew']);
      return true;
    },
    [load, first, last, step],
  );
  return { bars, loading, error, older, newer, around, retry: begin };
}

/** Oldest first, each bar once, the far end let go. */
export function joined(held: readonly Candle[], came: readonly Candle[], where: 'front' | 'back'): readonly Candle[] {
  if (where === 'front') {
    const oldest = held[0]?.ts ?? Infinity;
    return [...came.filter(({ ts }) => ts < oldest), ...held].slice(0, WINDOW);
  }
  const newest = held.at(-1)?.ts ?? -Infinity;
  return [...held, ...came.filter(({ ts }) => ts > newest)].slice(-WINDOW);
}
