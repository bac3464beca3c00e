import { useEffect, useState } from 'react';
import { useInstance } from './environment.tsx';
import { tickersStore } from './tickers.ts';

/** Code that can wait, waits for this: nothing must compete with the first live price. */
const GIVE_UP_MS = 4_000;

function whenIdle(then: () => void): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(then, { timeout: 1_000 });
  else setTimeout(then, 200);
}

/** Becomes true once the first price has been painted and the browser has time, or when none comes. */
export function useAfterFirstPrice(): boolean {
  const tickers = useInstance(tickersStore);
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    const settle = () => setSettled(true);
    // A hidden page paints nothing: then this alone settles it.
    const giveUp = setTimeout(settle, GIVE_UP_MS);
    const priced = () => {
      // The next frame draws it, the one after that finds it painted.
      requestAnimationFrame(() => requestAnimationFrame(() => whenIdle(settle)));
    };
    const stop = tickers.subscribe(({ size }) => {
      if (size === 0) return;
      stop();
      priced();
    });
    if (tickers.getState().size > 0) {
      stop();
      priced();
    }
    return () => {
      stop();
      clearTimeout(giveUp);
    };
  }, [tickers]);
  return settled;
}
