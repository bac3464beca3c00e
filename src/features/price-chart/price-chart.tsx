/** The region *Price chart*: intervals, indicators and switches in its head, the chart below. */
import { useEffect, useRef, useState } from 'react';
import type { CandleChart, ChartFill, ChartSignal } from '#charts/candle-chart.ts';
import type { GridLine } from '#charts/grid-lines.ts';
import { type IndicatorId, INDICATORS } from '#charts/indicators.ts';
import type { PriceRange } from '#charts/range-lines.ts';
import type { DrawnStrategy } from '#charts/strategy-overlays.ts';
import { type Interval, INTERVALS } from '#domain/market-data.ts';
import type { InstrumentSource } from '#stores/instrument-source.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { Button } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { Segmented } from '#ui/segmented.tsx';
import { ChartCanvas } from './chart-canvas.tsx';
import { ChartMenu } from './chart-menu.tsx';
import css from './price-chart.module.css';
import { LastPrice } from './last-price.tsx';

export interface PriceChartProps {
  readonly instrument: ListedInstrument;
  /** Where it comes from; absent: our own engine. */
  readonly source?: InstrumentSource | undefined;
  readonly interval: Interval;
  readonly onInterval: (interval: Interval) => void;
  /** A grid's lines; with `fills` they get switches in the head. */
  readonly lines?: readonly GridLine[];
  readonly fills?: readonly ChartFill[];
  /** A strategy's decisions; with them fills get a switch, too. */
  readonly signals?: readonly ChartSignal[];
  /** Drawn as lines over the candles. Only those of its own interval are what it looks at. */
  readonly strategy?: DrawnStrategy | undefined;
  /** Whether the scale stretches over all lines, to begin with. */
  readonly fitted?: boolean;
  /** Given: the ends can be dragged. */
  readonly range?: PriceRange | null;
  readonly onRange?: (range: PriceRange) => void;
  readonly className?: string;
}

const NONE: readonly never[] = [];
const STORED = 'griddesk.chart.indicators';

function storedIndicators(): IndicatorId[] {
  const stored = (localStorage.getItem(STORED) ?? '').split(',');
  return INDICATORS.filter((id) => stored.includes(id));
}

export function PriceChart(props: PriceChartProps) {
  const { instrument, source, interval, onInterval, lines = NONE, fills = NONE, signals = NONE } = props;
  const { range, onRange, className } = props;
  const t = useT();
  const chart = useRef<CandleChart>(null);
  const [indicators, setIndicators] = useState(storedIndicators);
  const [showFills, setShowFills] = useState(true);
  const [showLines, setShowLines] = useState(true);
  const [showSignals, setShowSignals] = useState(true);
  const [showStrategy, setShowStrategy] = useState(true);
  const [fit, setFit] = useState(props.fitted ?? true);
  useEffect(() => localStorage.setItem(STORED, indicators.join(',')), [indicators]);

  const toggle = (id: IndicatorId) =>
    setIndicators((chosen) => (chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]));
  const hasGrid = props.lines !== undefined;
  const hasStrategy = props.signals !== undefined;
  const options = [
    ...INDICATORS.map((id) => ({
      label: t(`markets.indicator_${id}`),
      on: indicators.includes(id),
      toggle: () => toggle(id),
    })),
    ...(hasGrid || hasStrategy
      ? [{ label: t('markets.show_fills'), on: showFills, toggle: () => setShowFills(!showFills) }]
      : []),
    ...(hasStrategy
      ? [
          { label: t('markets.show_signals'), on: showSignals, toggle: () => setShowSignals(!showSignals) },
          { label: t('markets.show_strategy'), on: showStrategy, toggle: () => setShowStrategy(!showStrategy) },
        ]
      : []),
    ...(hasGrid
      ? [
          { label: t('markets.show_lines'), on: showLines, toggle: () => setShowLines(!showLines) },
          { label: t('markets.fit_lines'), on: fit, toggle: () => setFit(!fit) },
        ]
      : []),
  ];

  return (
    <Panel
      title={t('markets.price_chart')}
      className={cx(css.panel, className)}
      bodyClassName={css.body}
      aside={
        <>
          <Segmented
            label={t('markets.interval')}
            value={interval}
            options={INTERVALS.map((value) => ({ value, label: value }))}
            onChange={onInterval}
          />
          <ChartMenu options={options} />
        </>
      }
      actions={
        <>
          <LastPrice instrument={instrument} />
          <Button
            size="s"
            variant="ghost"
            icon="chevronRight"
            className={css.toNow ?? ''}
            onClick={() => chart.current?.scrollToNow()}
          >
            {t('markets.to_now')}
          </Button>
        </>
      }
    >
      <ChartCanvas
        // Another instrument or interval is another chart.
        key={`${instrument.venue}:${instrument.symbol}:${interval}:${onRange !== undefined}`}
        chart={chart}
        instrument={instrument}
        source={source}
        interval={interval}
        indicators={indicators}
        lines={showLines ? lines : NONE}
        fills={showFills ? fills : NONE}
        signals={showSignals ? signals : NONE}
        strategy={showStrategy ? props.strategy : undefined}
        fit={fit}
        range={range ?? null}
        {...(onRange && { onRange })}
      />
    </Panel>
  );
}
