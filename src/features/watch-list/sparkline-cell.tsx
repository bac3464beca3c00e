import { useEffect, useRef } from 'react';
import { createSparkline } from '#charts/sparkline.ts';
import { useCommandQuery } from '#queries/commands.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import css from './watch-list.module.css';

const REFRESH_MS = 5 * 60_000;

/** The closes of the last 24 hours. */
export function SparklineCell({ instrument }: { readonly instrument: ListedInstrument }) {
  const { venue, symbol } = instrument;
  const { data } = useCommandQuery(
    'market.candles',
    { venue, instrument: symbol, interval: '15m', limit: 96 },
    { staleTime: REFRESH_MS, refetchInterval: REFRESH_MS },
  );
  const container = useRef<HTMLSpanElement>(null);
  const candles = data?.candles;
  useEffect(() => {
    if (!container.current || !candles) return undefined;
    const sparkline = createSparkline(container.current);
    sparkline.setValues(candles.map(({ close }) => Number(close)));
    return sparkline.dispose;
  }, [candles]);
  return <span ref={container} className={css.sparkline} />;
}
