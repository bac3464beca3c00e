/** The region *Price chart* of the form: the candles that were chosen, with what is typed drawn into them. */
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { CandleChart } from '#charts/candle-chart.ts';
import type { PriceRange } from '#charts/range-lines.ts';
import { strategyOverlays } from '#charts/strategy-overlays.ts';
import { type Interval, INTERVAL_MS, INTERVALS } from '#domain/market-data.ts';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import { useCandleWindow, WINDOW } from '#queries/use-candle-window.ts';
import { textLocale } from '#ui/format/number-locale.ts';
import { formatPrice } from '#ui/format/numbers.ts';
import { paramValues } from '#ui/format/strategy-params.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import css from './backtest-form.module.css';
import { periodOf } from './draft.ts';
import { draftLines, draftRange } from './draft-lines.ts';
import type { BacktestFormModel } from './use-backtest-form.ts';

/** So many bars of a grid's period are shown at once: a candle each, still told apart. */
const SHOWN = 600;

export function DataChart({ model }: { readonly model: BacktestFormModel }) {
  const t = useT();
  const { dataset, draft, spec } = model;
  if (!dataset || !spec) return null;
  const [from, to] = periodOf(draft, dataset);
  const own = INTERVALS.find((each) => each === (draft.timeframe === '' ? dataset.timeframe : draft.timeframe));
  const atLeast = INTERVALS.filter((each) => INTERVAL_MS[each] >= INTERVAL_MS[own ?? '1m']);
  // A strategy looks at its own bars; a grid's range is seen best over the whole period.
  const fitting = atLeast.find((each) => (to - from) / INTERVAL_MS[each] <= SHOWN) ?? atLeast.at(-1);
  const interval = (spec.kind === 'grid' ? fitting : own) ?? '1d';
  return (
    <Panel
      title={t('backtests.price_chart')}
      className={css.chart ?? ''}
      bodyClassName={css.chartBody}
      aside={
        <span className="dim">
          {dataset.symbol} {interval}
        </span>
      }
    >
      {from < to && (
        <Stage
          key={`${dataset.id} ${interval} ${from} ${to} ${spec.kind}`}
          {...{ model, dataset, interval, from, to }}
          whole={spec.kind === 'grid'}
        />
      )}
    </Panel>
  );
}

interface StageProps {
  readonly model: BacktestFormModel;
  readonly dataset: DatasetView;
  readonly interval: Interval;
  readonly from: number;
  readonly to: number;
  /** All bars at once, else the newest. */
  readonly whole: boolean;
}

function Stage({ model, dataset, interval, from, to, whole }: StageProps) {
  const t = useT();
  const { draft, spec } = model;
  const container = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<CandleChart | null>(null);
  const { bars, older, newer, loading, error, retry } = useCandleWindow({ id: dataset.id, from, to }, interval);
  const { price_decimals: decimals } = dataset;
  const draggable = spec?.kind === 'grid';
  const drag = useEffectEvent((range: PriceRange) => model.setRange(range));
  const step = useEffectEvent(() => {
    const tick = 10 ** -decimals;
    return tick * Math.max(1, Math.round((Number(bars.at(-1)?.close ?? 0) * 0.001) / tick));
  });

  useEffect(() => {
    let disposed = false;
    let made: CandleChart | undefined;
    void import('#charts/candle-chart.ts').then(({ createCandleChart }) => {
      if (disposed || !container.current) return;
      const priceText = (price: number) => formatPrice(price, tickOf(decimals));
      made = createCandleChart(container.current, {
        priceDecimals: decimals,
        formatPrice: priceText,
        intervalMs: INTERVAL_MS[interval],
        locale: textLocale(),
        onNeedOlder: older,
        onNeedNewer: newer,
        onHover: () => undefined,
        ...(draggable && {
          range: {
            names: { upper: t('backtests.drag_upper'), lower: t('backtests.drag_lower') },
            formatPrice: priceText,
            step: () => step(),
            onChange: (range) => drag(range),
          },
        }),
      });
      setChart(made);
    });
    return () => {
      disposed = true;
      made?.dispose();
      setChart(null);
    };
  }, [decimals, interval, older, newer, draggable, t]);

  useEffect(() => {
    if (!chart) return;
    // Lines over bars that are gone would keep their times on the scale.
    chart.setOverlays([]);
    chart.setBars(bars);
    if (whole && bars.length > 0 && bars.length <= WINDOW) chart.showSpan();
  }, [chart, bars, whole]);
  const { strategy, params } = draft;
  useEffect(() => {
    if (!spec || spec.kind === 'grid') return;
    chart?.setOverlays(strategyOverlays({ strategy, params: paramValues(spec.params, params) }, bars));
  }, [chart, bars, spec, strategy, params]);
  const range = useMemo(() => (draggable ? draftRange(draft) : null), [draft, draggable]);
  useEffect(() => chart?.setRange(range), [chart, range]);
  useEffect(() => {
    const texts = {
      price: (price: number) => formatPrice(price, tickOf(decimals)),
      stopLoss: t('backtests.stop_loss_short'),
      takeProfit: t('backtests.take_profit_short'),
    };
    chart?.setLines(draggable ? draftLines(draft, texts) : [], false);
  }, [chart, draft, draggable, decimals, t]);

  return (
    <>
      <div
        ref={container}
        className={css.canvas}
        role="application"
        aria-label={t('backtests.chart_keys', { symbol: dataset.symbol })}
        tabIndex={0}
      />
      {bars.length === 0 && (
        <div className={css.cover}>
          {error ? (
            <ErrorState error={error} onRetry={retry} />
          ) : loading ? (
            <div role="status" aria-label={t('common.loading')}>
              <Skeleton height="100%" />
            </div>
          ) : (
            <EmptyState title={t('backtests.no_candles')} text={t('backtests.no_candles_here')} />
          )}
        </div>
      )}
    </>
  );
}

function tickOf(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`;
}
