/** One indicator as series of the chart, kept up to date bar by bar. */
import {
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type LineData,
  LineStyle,
  type UTCTimestamp,
} from 'lightweight-charts';
import { type ChartTheme, translucent } from './chart-theme.ts';
import { createIndicator, type Indicator, type IndicatorId } from './indicators.ts';

export interface Close {
  readonly time: UTCTimestamp;
  readonly close: number;
}

/** RSI has a scale of its own, so a pane of its own. */
const PANE: Readonly<Record<IndicatorId, number>> = { ma: 0, ema: 0, bollinger: 0, rsi: 1 };
const LINES: Readonly<Record<IndicatorId, number>> = { ma: 1, ema: 1, bollinger: 3, rsi: 1 };
const RSI_PANE_SHARE = 0.22;

export class IndicatorLayer {
  readonly #chart: IChartApi;
  readonly #id: IndicatorId;
  readonly #series: readonly ISeriesApi<'Line'>[];
  #indicator: Indicator;
  /** The bar still forming, which the indicator has not taken in yet. */
  #open: Close | undefined;

  constructor(chart: IChartApi, id: IndicatorId, theme: ChartTheme) {
    this.#chart = chart;
    this.#id = id;
    this.#indicator = createIndicator(id);
    this.#series = Array.from({ length: LINES[id] }, () =>
      chart.addSeries(
        LineSeries,
        { lineWidth: 1, priceLineVisible: false, lastValueVisible: id === 'rsi', crosshairMarkerVisible: false },
        PANE[id],
      ),
    );
    if (id === 'rsi') {
      const [first, second] = chart.panes();
      first?.setStretchFactor(1 - RSI_PANE_SHARE);
      second?.setStretchFactor(RSI_PANE_SHARE);
      for (const price of [30, 70]) {
        this.#series[0]?.createPriceLine({ price, lineWidth: 1, lineStyle: LineStyle.Dotted, axisLabelVisible: false });
      }
      this.#series[0]?.applyOptions({
        priceFormat: { type: 'price', precision: 1, minMove: 0.1 },
        autoscaleInfoProvider: () => ({ priceRange: { minValue: 0, maxValue: 100 } }),
      });
    }
    this.setTheme(theme);
  }

  setTheme(theme: ChartTheme): void {
    const color = { ma: theme.warn, ema: theme.accent, bollinger: translucent(theme.dim, 0.75), rsi: theme.accent };
    for (const series of this.#series) series.applyOptions({ color: color[this.#id] });
    for (const line of this.#series[0]?.priceLines() ?? []) line.applyOptions({ color: theme.faint });
  }

  /** All bars anew; the last one may still be forming. */
  reset(bars: readonly Close[]): void {
    this.#indicator = createIndicator(this.#id);
    const lines: LineData<UTCTimestamp>[][] = this.#series.map(() => []);
    const last = bars.length - 1;
    bars.forEach((bar, i) => {
      const values = i === last ? this.#indicator.peek(bar.close) : this.#indicator.push(bar.close);
      values.forEach((value, line) => {
        if (value !== null) lines[line]?.push({ time: bar.time, value });
      });
    });
    this.#open = bars[last];
    this.#series.forEach((series, line) => series.setData(lines[line] ?? []));
  }

  /** The forming bar moved on, or a new one began. */
  update(bar: Close): void {
    if (this.#open && bar.time < this.#open.time) return;
    if (this.#open && bar.time > this.#open.time) this.#indicator.push(this.#open.close);
    this.#open = bar;
    this.#indicator.peek(bar.close).forEach((value, line) => {
      if (value !== null) this.#series[line]?.update({ time: bar.time, value });
    });
  }

  remove(): void {
    for (const series of this.#series) this.#chart.removeSeries(series);
  }
}
