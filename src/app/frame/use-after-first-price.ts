import { useEffect, useState } from 'react';
import { useInstance } from '#stores/environment.tsx';
import { tickersStore } from '#stores/tickers.ts';

/** Code that can wait, waits for this: nothing must compete with the first live price. */
const GIVE_UP_MS = 4_000;

/** Becomes true once the first price has been painted and the browser has time, or when none comes. */
export function useAfterFirstPrice(): boolean {
  const tickers = useInstance(tickersStore);
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const settle = () => setSettled(true);
    const whenIdle = () => {
      if ('requestIdleCallback' in globalThis) requestIdleCallback(settle, { timeout: 1_000 });
      else setTimeout(settle, 200);
    };
    if (tickers.getState().size > 0) {
      whenIdle();
      return undefined;
    }
    const giveUp = setTimeout(settle, GIVE_UP_MS);
    const stop = tickers.subscribe((all) => {
      if (all.size === 0) return;
      stop();
      clearTimeout(giveUp);
      whenIdle();
    });
    return () => {
      stop();
      clearTimeout(giveUp);
    };
  }, [tickers]);
  return settled;
}
