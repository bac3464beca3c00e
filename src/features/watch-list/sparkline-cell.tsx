import { useEffect, useRef } from 'react';
import { createSparkline } from '#charts/sparkline.ts';
import type { Instrument } from '#domain/instrument.ts';
import { useInstance } from '#stores/environment.tsx';
import { dayClosesStore } from './day-closes.ts';
import css from './watch-list.module.css';

/** The closes of the last 24 hours, loaded when the cell comes into view; without `history` those seen so far. */
export function SparklineCell({
  instrument,
  history = true,
}: {
  readonly instrument: Pick<Instrument, 'venue' | 'symbol'>;
  readonly history?: boolean;
}) {
  const { venue, symbol } = instrument;
  const store = useInstance(dayClosesStore);
  const container = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = container.current;
    if (!element) return undefined;
    const feed = (history ? store.fetched : store.followed)({ venue, symbol });
    const sparkline = createSparkline(element);
    const draw = () => sparkline.setValues(feed.getState().closes ?? []);
    let unsubscribe = () => {};
    const observer = new IntersectionObserver((entries) => {
      unsubscribe();
      unsubscribe = entries.at(-1)?.isIntersecting ? feed.subscribe(draw) : () => {};
      draw();
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      unsubscribe();
      sparkline.dispose();
    };
  }, [store, venue, symbol, history]);
  return <span ref={container} className={css.sparkline} />;
}
