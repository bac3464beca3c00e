/** The region *Order book*. React draws the frame; the ladder writes its rows itself, at most once a frame. */
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ListedInstrument } from '#queries/instruments.ts';
import { useInstance } from '#stores/environment.tsx';
import { marketStore } from '#stores/market-store.ts';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import { tickersStore } from '#stores/tickers.ts';
import { DASH, decimalsOf, formatPct, formatPrice, formatSize } from '#ui/format/numbers.ts';
import { cx } from '#ui/class-names.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { oneOf, useSearchState } from '#ui/routing/use-search-state.ts';
import { Segmented } from '#ui/segmented.tsx';
import { EmptyState, SkeletonRows } from '#ui/states.tsx';
import { BookTag } from './book-tag.tsx';
import { Ladder } from './ladder.ts';
import { ladderView, type OwnOrder } from './ladder-rows.ts';
import css from './order-book.module.css';

const GROUPS = ['1', '10', '100'] as const;
const ROW_HEIGHT = 20;
const MID_HEIGHT = 32;
const MAX_ROWS = 60;
const NO_ORDERS: readonly OwnOrder[] = [];

export interface OrderBookProps {
  readonly instrument: ListedInstrument;
  readonly own?: readonly OwnOrder[];
  /** A price was chosen, plain decimal text. */
  readonly onPick?: (price: string) => void;
  readonly className?: string;
}

export function OrderBookPanel(props: OrderBookProps) {
  const t = useT();
  const { instrument, className } = props;
  if (instrument.has_book !== false) return <LiveBook {...props} />;
  return (
    <Panel title={t('markets.order_book')} {...(className !== undefined && { className })}>
      <EmptyState title={t('markets.no_book')} text={t('markets.no_book_text')} />
    </Panel>
  );
}

function LiveBook({ instrument, own = NO_ORDERS, onPick, className }: OrderBookProps) {
  const t = useT();
  const feed = useInstance(marketStore).book(instrument);
  const status = useStore(feed, (state) => state.status);
  const resyncs = useStore(feed, (state) => state.resyncs);
  const [group, setGroup] = useSearchState('group', '1', oneOf(GROUPS));
  const box = useRef<HTMLDivElement>(null);
  const asks = useRef<HTMLDivElement>(null);
  const bids = useRef<HTMLDivElement>(null);
  const middle = useRef<HTMLSpanElement>(null);
  const ownOrders = useEffectEvent(() => own);
  const redraw = useRef(() => {});
  useEffect(() => redraw.current(), [own]);

  const ticks = Number(group);
  useEffect(() => {
    if (!box.current || !asks.current || !bids.current) return undefined;
    const ladder = new Ladder(
      { asks: asks.current, bids: bids.current },
      {
        texts: {
          price: (text) => formatPrice(text, instrument.tickSize),
          size: (text) => formatSize(text, sizeStep(instrument.lotSize)),
          own: t('markets.own_order'),
        },
        onPick,
      },
    );
    let rows = 0;
    const draw = () => {
      const view = ladderView(feed.getState().book, rows, ticks, ownOrders());
      ladder.render(view, rows);
      if (middle.current) {
        const spread = view.spread === null ? DASH : formatPrice(view.spread, instrument.tickSize);
        const imbalance = formatPct(view.bidShare * 100, { decimals: 0 });
        middle.current.textContent = t('markets.spread_imbalance', { spread, imbalance });
      }
    };
    redraw.current = draw;
    const observer = new ResizeObserver(() => {
      const height = box.current?.clientHeight ?? 0;
      const half = Math.max(0, height - MID_HEIGHT) / 2;
      rows = Math.min(MAX_ROWS, Math.floor(half / ROW_HEIGHT));
      // Rows share what is left over, so that the ladder fills its place.
      box.current?.style.setProperty('--row-height', `${rows > 0 ? half / rows : ROW_HEIGHT}px`);
      draw();
    });
    observer.observe(box.current);
    const unsubscribe = feed.subscribe(draw);
    return () => {
      redraw.current = () => {};
      observer.disconnect();
      unsubscribe();
      ladder.dispose();
    };
  }, [feed, instrument, onPick, t, ticks]);

  return (
    <Panel
      title={t('markets.order_book')}
      {...(className !== undefined && { className })}
      bodyClassName={css.body}
      aside={<BookTag status={status} resyncs={resyncs} />}
      actions={
        <Segmented
          label={t('markets.grouping')}
          value={group}
          options={GROUPS.map((value) => ({ value, label: groupLabel(instrument.tickSize, Number(value)) }))}
          onChange={setGroup}
        />
      }
    >
      <div className={css.heads} aria-hidden="true">
        <span>{t('markets.price')}</span>
        <span>{t('markets.size')}</span>
        <span>{t('markets.total')}</span>
      </div>
      <div ref={box} className={cx(css.ladder, (status === 'stale' || status === 'resyncing') && css.stale)}>
        <div ref={asks} className={cx(css.side, css.asks)} role="table" aria-label={t('markets.asks')} />
        <div className={css.mid}>
          <MidPrice instrument={instrument} />
          <span ref={middle} />
        </div>
        <div ref={bids} className={cx(css.side, css.bids)} role="table" aria-label={t('markets.bids')} />
        {status === 'loading' && (
          <div className={css.cover}>
            <SkeletonRows rows={12} />
          </div>
        )}
      </div>
    </Panel>
  );
}

/** The last price in the middle of the book, coloured by where it came from. */
function MidPrice({ instrument }: { readonly instrument: ListedInstrument }) {
  const key = tickerKey(instrument.venue, instrument.symbol);
  const last = useStore(useInstance(tickersStore), (tickers) => tickers.get(key)?.last);
  const [shown, setShown] = useState<{ last: typeof last; direction?: 'up' | 'down' }>({ last });
  if (last !== shown.last) {
    const before = Number(shown.last ?? last);
    setShown({ last, direction: Number(last) >= before ? 'up' : 'down' });
  }
  return <b data-direction={shown.direction}>{formatPrice(last, instrument.tickSize)}</b>;
}

/** Sizes with more than five decimals do not fit, and tell nothing at a glance. */
function sizeStep(lotSize: string): string {
  return decimalsOf(lotSize) > 5 ? '0.00001' : lotSize;
}

function groupLabel(tickSize: string, ticks: number): string {
  const step = Number(tickSize) * ticks;
  const decimals = Math.max(0, decimalsOf(tickSize) - Math.round(Math.log10(ticks)));
  return step.toFixed(decimals);
}
