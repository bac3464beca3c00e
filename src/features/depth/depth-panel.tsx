/** The region *Depth*: how much the book holds towards both sides. */
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { createDepthChart, type DepthPoint } from '#charts/depth-chart.ts';
import { paced } from '#stores/paced.ts';
import type { OrderBook } from '#domain/order-book.ts';
import { useInstance } from '#stores/environment.tsx';
import type { InstrumentSource } from '#stores/instrument-source.ts';
import { marketStore } from '#stores/market-store.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { formatCompact } from '#ui/format/numbers.ts';
import { formatQuoted } from '#ui/format/quoted-price.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, SkeletonRows } from '#ui/states.tsx';
import css from './depth-panel.module.css';

const LEVELS = 400;
/** The curve of all levels is seldom another from frame to frame; the ladder beside it shows the best at every frame. */
const DRAW_EVERY_MS = 100;

function points(book: OrderBook, side: 'bid' | 'ask'): DepthPoint[] {
  const priceUnit = 10 ** book.priceDecimals;
  const sizeUnit = 10 ** book.sizeDecimals;
  return book.depth(side, LEVELS).map(({ price, total }) => [price / priceUnit, total / sizeUnit]);
}

interface DepthProps {
  readonly instrument: ListedInstrument;
  /** Where it comes from; absent: our own engine. */
  readonly source?: InstrumentSource | undefined;
  readonly className?: string;
}

export function DepthPanel(props: DepthProps) {
  const t = useT();
  const { instrument, source, className } = props;
  const offered = source?.feeds.book !== false;
  if (instrument.has_book !== false && offered) return <LiveDepth {...props} />;
  return (
    <Panel title={t('markets.depth')} {...(className !== undefined && { className })}>
      <EmptyState
        title={t('markets.no_book')}
        text={offered ? t('markets.no_book_text') : t('markets.no_book_source', { source: source.name })}
      />
    </Panel>
  );
}

function LiveDepth({ instrument, className }: DepthProps) {
  const t = useT();
  const feed = useInstance(marketStore).book(instrument);
  const loading = useStore(feed, (state) => state.status === 'loading');
  const empty = useStore(feed, ({ status, book }) => {
    return status !== 'loading' && book.bids.length + book.asks.length === 0;
  });
  const unit = instrument.contract ? t('common.contracts') : instrument.base;
  const container = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!container.current) return undefined;
    const chart = createDepthChart(container.current, {
      formatPrice: (price) => formatQuoted(price, instrument),
      formatSize: (size) => `${formatCompact(size)} ${unit}`,
    });
    const drawing = paced(DRAW_EVERY_MS, () => {
      const { book } = feed.getState();
      chart.setDepth({ bids: points(book, 'bid'), asks: points(book, 'ask') });
    });
    drawing.run();
    const unsubscribe = feed.subscribe(drawing.run);
    return () => {
      unsubscribe();
      drawing.stop();
      chart.dispose();
    };
  }, [feed, instrument, unit]);

  return (
    <Panel title={t('markets.depth')} {...(className !== undefined && { className })} bodyClassName={css.body}>
      <div ref={container} className={css.canvas} />
      {loading && <SkeletonRows rows={5} />}
      {empty && <EmptyState title={t('markets.book_empty')} />}
    </Panel>
  );
}
