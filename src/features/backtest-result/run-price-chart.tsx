/** The region *Price chart* of a run: its candles with fills, grid lines or averages; jumps to a trade. */
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import type { CandleChart } from '#charts/candle-chart.ts';
import { strategyOverlays } from '#charts/strategy-overlays.ts';
import { type Candle, type Interval, INTERVAL_MS } from '#domain/market-data.ts';
import type { BacktestFill, BacktestResult } from '#protocol/backtest-shapes.ts';
import { useClient } from '#queries/client-context.tsx';
import { textLocale } from '#ui/format/number-locale.ts';
import { decimalsOf, formatPct, formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { Segmented } from '#ui/segmented.tsx';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import css from './backtest-result.module.css';
import { fittingInterval, intervalsFrom, type Ran, ranOver, runLines } from './chart-marks.ts';
import { fetchAllFills } from './fetch-records.ts';
import { useCandleWindow, WINDOW } from '#queries/use-candle-window.ts';

/** So many bars are shown at once to begin with. */
const SHOWN = 600;
/** As many as a chart can show; a longer list is there in its table. */
const MOST_MARKS = 20_000;

export interface Jump {
  readonly ts: number;
}

interface RunPriceChartProps {
  readonly run: BacktestResult;
  /** Another object each time: a time to show. */
  readonly jump: Jump | null;
  readonly className?: string;
}

export function RunPriceChart({ run, jump, className }: RunPriceChartProps) {
  const t = useT();
  const { dataset } = run;
  const intervals = useMemo(() => intervalsFrom(dataset?.timeframe ?? ''), [dataset?.timeframe]);
  const ran = useMemo(() => ranOver(run), [run]);
  const [interval, setInterval] = useState<Interval>(() => fittingInterval(intervals, ran.from, ran.to, SHOWN));
  /** What was looked at by another interval. */
  const [middle, setMiddle] = useState<number | null>(null);
  const drawn = useRef<CandleChart | null>(null);
  return (
    <Panel
      title={t('backtests.price_chart')}
      bodyClassName={css.chartBody}
      {...(className !== undefined && { className })}
      aside={
        dataset && (
          <Segmented
            label={t('backtests.interval')}
            value={interval}
            options={intervals.map((value) => ({ value, label: value }))}
            onChange={(next) => {
              setMiddle(drawn.current?.middle() ?? null);
              setInterval(next);
            }}
          />
        )
      }
    >
      {dataset ? (
        <Stage key={`${dataset.id}:${interval}`} {...{ run, dataset, interval, jump, ran, middle, drawn }} />
      ) : (
        <EmptyState title={t('backtests.no_candles')} text={t('backtests.no_candles_text')} />
      )}
    </Panel>
  );
}

interface StageProps {
  readonly run: BacktestResult;
  readonly dataset: NonNullable<BacktestResult['dataset']>;
  readonly interval: Interval;
  readonly jump: Jump | null;
  readonly ran: Ran;
  readonly middle: number | null;
  readonly drawn: RefObject<CandleChart | null>;
}

function Stage({ run, dataset, interval, jump, ran, middle, drawn }: StageProps) {
  const t = useT();
  const container = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<CandleChart | null>(null);
  const [hovered, setHovered] = useState<Candle | null>(null);
  const [begin] = useState(() => middle ?? ran.to);
  const window = useCandleWindow(dataset, interval, begin);
  const { bars, older, newer, around } = window;
  const fills = useFills(run);
  const ready = bars.length > 0;
  /** Where bars that were loaded for a jump are to be shown. */
  const target = useRef<number>(undefined);
  const seen = useRef(false);
  const decimals = useMemo(() => Math.max(0, ...bars.slice(-50).map(({ close }) => decimalsOf(close))), [bars]);

  useEffect(() => {
    if (!ready) return undefined;
    let disposed = false;
    let made: CandleChart | undefined;
    void import('#charts/candle-chart.ts').then(({ createCandleChart }) => {
      if (disposed || !container.current) return;
      made = createCandleChart(container.current, {
        priceDecimals: decimals,
        formatPrice: (price) => formatPrice(price, tickOf(decimals)),
        intervalMs: INTERVAL_MS[interval],
        locale: textLocale(),
        onNeedOlder: older,
        onNeedNewer: newer,
        onHover: setHovered,
      });
      drawn.current = made;
      setChart(made);
    });
    return () => {
      disposed = true;
      drawn.current = null;
      made?.dispose();
      setChart(null);
    };
  }, [ready, decimals, interval, older, newer, drawn, t]);

  useEffect(() => {
    if (!chart) return;
    // Lines over bars that are gone would keep their times on the scale.
    chart.setOverlays([]);
    chart.setBars(bars, target.current);
    if (!seen.current && bars.length > 0) {
      seen.current = true;
      // The whole to begin with; another interval goes on where one looked, if its bars are too many to be told apart.
      const count = (ran.to - ran.from) / INTERVAL_MS[interval];
      const whole = count <= SHOWN || (begin === ran.to && count < WINDOW);
      if (whole) chart.showSpan(ran.from, ran.to);
      else chart.showTime(begin);
    }
    // Averages of coarser bars would not be those the strategy saw.
    const own = interval === dataset.timeframe;
    chart.setOverlays(own ? strategyOverlays(run.config, bars) : []);
  }, [chart, bars, run.config, interval, dataset.timeframe, ran, begin]);
  useEffect(
    () => chart?.setFills(fills.map(({ ts, side }) => ({ ts, side: side === 'buy' ? 'buy' : 'sell' }))),
    [chart, fills],
  );
  useEffect(() => {
    const texts = {
      price: (price: number) => formatPrice(price, tickOf(decimals)),
      stopLoss: t('backtests.stop_loss_short'),
      takeProfit: t('backtests.take_profit_short'),
    };
    chart?.setLines(runLines(run.config, run.result?.lines, texts), false);
  }, [chart, run, decimals, t]);
  useEffect(() => {
    if (!chart || !jump) return undefined;
    let left = false;
    target.current = jump.ts;
    void around(jump.ts).then((loaded) => {
      if (!left && !loaded) chart.showTime(jump.ts);
    });
    return () => {
      left = true;
    };
  }, [chart, jump, around]);

  const bar = hovered ?? bars.findLast(({ ts }) => ts <= ran.to);
  return (
    <>
      <div
        ref={container}
        className={css.canvas}
        role="application"
        aria-label={t('backtests.chart_keys', { symbol: dataset.symbol })}
        tabIndex={0}
      />
      {bar && (
        <p className={css.barLegend} aria-hidden="true">
          {[bar.open, bar.high, bar.low, bar.close].map((price) => formatPrice(price, tickOf(decimals))).join(' · ')}{' '}
          {formatPct((Number(bar.close) / Number(bar.open) - 1) * 100, { sign: true })}
        </p>
      )}
      {!ready && (
        <div className={css.cover}>
          {window.error ? (
            <ErrorState error={window.error} onRetry={window.retry} />
          ) : window.loading ? (
            <div role="status" aria-label={t('common.loading')}>
              <Skeleton height="100%" />
            </div>
          ) : (
            <EmptyState title={t('backtests.no_candles')} text={t('backtests.no_candles_text')} />
          )}
        </div>
      )}
    </>
  );
}

function tickOf(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`;
}

/** What was filled, to be marked; a failure leaves the chart without marks, the table says why. */
function useFills({ id, result }: BacktestResult): readonly BacktestFill[] {
  const client = useClient();
  const [fills, setFills] = useState<readonly BacktestFill[]>([]);
  const count = result?.fills ?? 0;
  useEffect(() => {
    let left = false;
    if (count > 0) {
      fetchAllFills(client, id, MOST_MARKS).then(
        (all) => !left && setFills(all),
        () => undefined,
      );
    }
    return () => {
      left = true;
    };
  }, [client, id, count]);
  return fills;
}
