/** Binds the imperative chart to a candle feed. Data goes past React; props only set what changes rarely. */
import { type RefObject, useEffect, useEffectEvent, useImperativeHandle, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { CandleChart, ChartFill, ChartSignal } from '#charts/candle-chart.ts';
import type { GridLine } from '#charts/grid-lines.ts';
import type { IndicatorId } from '#charts/indicators.ts';
import type { PriceRange } from '#charts/range-lines.ts';
import { type DrawnStrategy, strategyOverlays } from '#charts/strategy-overlays.ts';
import { type Candle, type Interval, INTERVAL_MS } from '#domain/market-data.ts';
import { useInstance } from '#stores/environment.tsx';
import type { InstrumentSource } from '#stores/instrument-source.ts';
import { marketStore } from '#stores/market-store.ts';
import { paced } from '#stores/paced.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { textLocale } from '#ui/format/number-locale.ts';
import { Button } from '#ui/button.tsx';
import { instrumentName } from '#ui/format/instrument-name.ts';
import { decimalsOf } from '#ui/format/numbers.ts';
import { formatQuoted } from '#ui/format/quoted-price.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import { BarLegend } from './bar-legend.tsx';
import css from './price-chart.module.css';

/** A frame of the chart draws all its bars. */
const DRAW_EVERY_MS = 100;

interface ChartCanvasProps {
  readonly chart: RefObject<CandleChart | null>;
  readonly instrument: ListedInstrument;
  readonly source: InstrumentSource | undefined;
  readonly interval: Interval;
  readonly indicators: readonly IndicatorId[];
  readonly lines: readonly GridLine[];
  readonly fills: readonly ChartFill[];
  readonly signals: readonly ChartSignal[];
  /** Whose averages, bands or channels are drawn. */
  readonly strategy: DrawnStrategy | undefined;
  readonly fit: boolean;
  readonly range: PriceRange | null;
  readonly onRange?: (range: PriceRange) => void;
}

export function ChartCanvas(props: ChartCanvasProps) {
  const { chart, instrument, source, interval, indicators, lines, fills, signals, strategy, fit, range, onRange } =
    props;
  const t = useT();
  const feed = useInstance(marketStore).candles(instrument, interval);
  const container = useRef<HTMLDivElement>(null);
  const [made, setMade] = useState<CandleChart | null>(null);
  const [hovered, setHovered] = useState<Candle | null>(null);
  const status = useStore(feed, (state) => state.status);
  const error = useStore(feed, (state) => state.error);
  const empty = useStore(feed, (state) => state.bars.length === 0);
  const emitRange = useEffectEvent((dragged: PriceRange) => onRange?.(dragged));
  useImperativeHandle<CandleChart | null, CandleChart | null>(chart, () => made, [made]);

  // The library is large: it comes with the first chart.
  const draggable = onRange !== undefined;
  useEffect(() => {
    let disposed = false;
    let created: CandleChart | undefined;
    void import('#charts/candle-chart.ts').then(({ createCandleChart }) => {
      if (disposed || !container.current) return;
      created = createCandleChart(container.current, {
        priceDecimals: decimalsOf(instrument.tickSize),
        formatPrice: (price) => formatQuoted(price, instrument),
        intervalMs: INTERVAL_MS[interval],
        locale: textLocale(),
        onNeedOlder: feed.loadOlder,
        onHover: setHovered,
        ...(draggable && {
          range: {
            names: { upper: t('markets.drag_upper'), lower: t('markets.drag_lower') },
            formatPrice: (price) => formatQuoted(price, instrument),
            step: () => keyStep(instrument.tickSize, feed.getState().bars.at(-1)?.close),
            onChange: (dragged) => emitRange(dragged),
          },
        }),
      });
      setMade(created);
    });
    return () => {
      disposed = true;
      created?.dispose();
      setMade(null);
    };
  }, [instrument, interval, feed, draggable, t]);

  useEffect(() => {
    if (!made) return undefined;
    let revision = -1;
    let newest = -Infinity;
    const draw = () => {
      const { bars, revision: current } = feed.getState();
      const last = bars.at(-1)?.ts ?? -Infinity;
      const closed = current !== revision || last !== newest;
      if (current !== revision) made.setBars(bars);
      else for (const bar of since(bars, newest)) made.updateBar(bar);
      // It decides on closed bars: what it sees changes when one closes, or when older ones come.
      if (closed) made.setOverlays(strategy ? strategyOverlays(strategy, bars.slice(0, -1)) : []);
      revision = current;
      newest = last;
    };
    // The last bar's price is also beside the chart, with every frame.
    const drawing = paced(DRAW_EVERY_MS, draw);
    drawing.run();
    const unsubscribe = feed.subscribe(drawing.run);
    return () => {
      unsubscribe();
      drawing.stop();
    };
  }, [made, feed, strategy]);

  useEffect(() => made?.setIndicators(indicators), [made, indicators]);
  useEffect(() => made?.setLines(lines, fit), [made, lines, fit]);
  useEffect(() => made?.setFills(fills), [made, fills]);
  useEffect(() => made?.setSignals(signals), [made, signals]);
  useEffect(() => made?.setRange(range), [made, range]);

  return (
    <div className={css.stage}>
      <div
        ref={container}
        className={css.canvas}
        role="application"
        aria-label={t('markets.chart_keys', { instrument: instrumentName(instrument) })}
        tabIndex={0}
      />
      {!empty && status !== 'loading' && <BarLegend feed={feed} bar={hovered} instrument={instrument} />}
      {status === 'loading' && empty && (
        <div className={css.cover} role="status" aria-label={t('common.loading')}>
          <Skeleton height="100%" />
        </div>
      )}
      {status === 'error' && error && empty && (
        <div className={css.cover}>
          <ErrorState error={error} onRetry={feed.retry} />
        </div>
      )}
      {status === 'error' && error && !empty && (
        <p className={css.note} role="alert" title={error.message}>
          {t('markets.history_failed')}
          <Button size="s" onClick={feed.retry}>
            {t('common.retry')}
          </Button>
        </p>
      )}
      {status === 'ready' && empty && (
        <div className={css.cover}>
          <EmptyState
            title={t('markets.no_candles')}
            text={
              source?.feeds.history === false
                ? t('markets.no_history_text', { source: source.name })
                : t('markets.no_candles_text')
            }
          />
        </div>
      )}
    </div>
  );
}

/** The bars that may have changed since the one at `ts` was drawn, itself included. */
function since(bars: readonly Candle[], ts: number): readonly Candle[] {
  let from = bars.length - 1;
  while (from > 0 && (bars[from - 1]?.ts ?? -Infinity) >= ts) from -= 1;
  return from < 0 ? [] : bars.slice(from);
}

/** An arrow key moves a line by about a twentieth of a percent, in whole ticks. */
function keyStep(tickSize: string, close: string | undefined): number {
  const tick = Number(tickSize);
  const steps = Math.round((Number(close ?? 0) * 0.0005) / tick);
  return tick * Math.max(1, steps);
}
