/** The region *Order book*. React draws the frame; the ladder writes its rows itself, at most once a frame. */
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { OrderBook } from '#domain/order-book.ts';
import { midOf } from '#domain/same-pair.ts';
import { useInstance } from '#stores/environment.tsx';
import type { InstrumentSource } from '#stores/instrument-source.ts';
import { marketStore } from '#stores/market-store.ts';
import { paced } from '#stores/paced.ts';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { tickersStore } from '#stores/tickers.ts';
import { decimalsOf, formatPct, formatSize } from '#ui/format/numbers.ts';
import { centsStep, formatQuoted } from '#ui/format/quoted-price.ts';
import { cx } from '#ui/class-names.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { oneOf, useSearchState } from '#ui/routing/use-search-state.ts';
import { Segmented } from '#ui/segmented.tsx';
import { SizeHead } from '#ui/size-head.tsx';
import { EmptyState, SkeletonRows } from '#ui/states.tsx';
import { BookTag } from './book-tag.tsx';
import { Ladder } from './ladder.ts';
import { type LadderView, ladderView, type OwnOrder } from './ladder-rows.ts';
import css from './order-book.module.css';

const GROUPS = ['1', '10', '100'] as const;
const ROW_HEIGHT = 20;
const MID_HEIGHT = 32;
/** Oftener than venues tell of a book, and as often as an eye follows; the last price in its middle has every frame. */
const DRAW_EVERY_MS = 50;
const MAX_ROWS = 60;
const MOST_LABEL_DECIMALS = 6;
const NO_ORDERS: readonly OwnOrder[] = [];

export interface OrderBookProps {
  readonly instrument: ListedInstrument;
  /** Where it comes from; absent: our own engine. */
  readonly source?: InstrumentSource | undefined;
  readonly own?: readonly OwnOrder[];
  /** A price was chosen, plain decimal text. */
  readonly onPick?: (price: string) => void;
  readonly className?: string;
}

export function OrderBookPanel(props: OrderBookProps) {
  const t = useT();
  const { instrument, source, className } = props;
  const offered = source?.feeds.book !== false;
  if (instrument.has_book !== false && offered) return <LiveBook {...props} />;
  return (
    <Panel title={t('markets.order_book')} {...(className !== undefined && { className })}>
      <EmptyState
        title={t('markets.no_book')}
        text={offered ? t('markets.no_book_text') : t('markets.no_book_source', { source: source.name })}
      />
    </Panel>
  );
}

function LiveBook({ instrument, source, own = NO_ORDERS, onPick, className }: OrderBookProps) {
  const t = useT();
  const feed = useInstance(marketStore).book(instrument);
  const status = useStore(feed, (state) => state.status);
  const resyncs = useStore(feed, (state) => state.resyncs);
  const reason = useStore(feed, (state) => state.reason);
  const [sides, setSides] = useState<Sides>('both');
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
          price: (text) => formatQuoted(text, instrument),
          size: (text) => formatSize(text, sizeStep(instrument.lotSize)),
          own: t('markets.own_order'),
        },
        onPick,
      },
    );
    const middleText = (view: LadderView) => {
      if (view.spread === null) return '';
      const spread = formatQuoted(view.spread, instrument);
      if (view.crossed) return t('markets.crossed_by', { spread });
      return t('markets.spread_imbalance', { spread, imbalance: formatPct(view.bidShare * 100, { decimals: 0 }) });
    };
    let rows = 0;
    const draw = () => {
      const view = ladderView(feed.getState().book, rows, ticks, ownOrders());
      ladder.render(view, rows);
      if (middle.current) {
        middle.current.textContent = middleText(view);
        middle.current.classList.toggle('warn', view.crossed);
        middle.current.title = view.crossed ? t('markets.crossed_text') : middleText(view);
      }
      setSides(sidesOf(feed.getState().book));
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
    const drawing = paced(DRAW_EVERY_MS, draw);
    const unsubscribe = feed.subscribe(drawing.run);
    return () => {
      redraw.current = () => {};
      observer.disconnect();
      unsubscribe();
      drawing.stop();
      ladder.dispose();
    };
  }, [feed, instrument, onPick, t, ticks]);

  return (
    <Panel
      title={t('markets.order_book')}
      {...(className !== undefined && { className })}
      bodyClassName={css.body}
      aside={<BookTag status={status} resyncs={resyncs} reason={reason} kind={source?.kind ?? 'engine'} />}
      actions={
        <Segmented
          label={t('markets.grouping')}
          value={group}
          options={GROUPS.filter((value) => isUseful(instrument, Number(value))).map((value) => ({
            value,
            label: groupLabel(instrument, Number(value)),
          }))}
          onChange={setGroup}
        />
      }
    >
      <div className={css.heads} aria-hidden="true">
        <span>{t('markets.price')}</span>
        <span>
          <SizeHead contract={instrument.contract} />
        </span>
        <span>{t('markets.total')}</span>
      </div>
      <div ref={box} className={cx(css.ladder, (status === 'stale' || status === 'resyncing') && css.stale)}>
        <div ref={asks} className={cx(css.side, css.asks)} role="table" aria-label={t('markets.asks')} />
        <div className={css.mid}>
          <MidPrice instrument={instrument} />
          <span ref={middle} />
          {status !== 'loading' && sides !== 'both' && <span className="warn">{t(`markets.book_${sides}`)}</span>}
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
  const t = useT();
  const ticker = useStore(useInstance(tickersStore), (tickers) => tickers.get(key));
  const last = ticker?.last;
  const [shown, setShown] = useState<{ last: typeof last; direction?: 'up' | 'down' }>({ last });
  if (last !== shown.last) {
    const before = Number(shown.last ?? last);
    setShown({ last, direction: Number(last) >= before ? 'up' : 'down' });
  }
  const mid = ticker && last === null ? midOf(ticker) : null;
  if (mid !== null) {
    return (
      <b className="dim" title={t('markets.mid_price')}>
        {formatQuoted(mid, instrument)}
      </b>
    );
  }
  return <b data-direction={shown.direction}>{formatQuoted(last, instrument)}</b>;
}

/** Sizes with more than five decimals do not fit, and tell nothing at a glance. */
function sizeStep(lotSize: string): string {
  return decimalsOf(lotSize) > 5 ? '0.00001' : lotSize;
}

/** Of an outcome, whose price ends at one, a row of half the scale tells nothing. */
function isUseful({ tickSize, prediction }: ListedInstrument, ticks: number): boolean {
  return prediction === undefined || Number(tickSize) * ticks < 0.5;
}

function groupLabel({ tickSize, prediction }: ListedInstrument, ticks: number): string {
  const unit = prediction === undefined ? tickSize : centsStep(tickSize);
  // A step of so many digits fits nowhere, and nobody counts its zeros.
  if (decimalsOf(unit) > MOST_LABEL_DECIMALS) return `${ticks}×`;
  const decimals = Math.max(0, decimalsOf(unit) - Math.round(Math.log10(ticks)));
  return `${(Number(unit) * ticks).toFixed(decimals)}${prediction === undefined ? '' : '¢'}`;
}

type Sides = 'both' | 'no_asks' | 'no_bids' | 'empty';

function sidesOf(book: OrderBook): Sides {
  const [bid, ask] = [book.bids.length > 0, book.asks.length > 0];
  return bid ? (ask ? 'both' : 'no_asks') : ask ? 'no_bids' : 'empty';
}
