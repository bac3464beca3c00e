/**
 * Equity over time, one or several runs, with the falls from their peaks in a pane below on the same time scale. The whole
 * of it is shown to begin with; wheel and fingers zoom. `dispose` leaves nothing behind.
 */
import {
  createChart,
  CrosshairMode,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type LineWidth,
  type MouseEventParams,
} from 'lightweight-charts';
import { applyTheme, millis, timeFormats } from './chart-look.ts';
import { chartPoints, type EquityChart, type EquityLine, onOneScale, RUN_COLORS } from './equity-chart-lines.ts';
import { type ChartTheme, readTheme, watchTheme } from './chart-theme.ts';

export interface EquityChartOptions {
  /** BCP 47. */
  readonly locale: string;
  readonly formatValue: (value: number) => string;
  readonly formatDrawdown: (fraction: number) => string;
  /** Time under the crosshair, ms; `null`: none. */
  readonly onHover: (ts: number | null) => void;
}

const DRAWDOWN_SHARE = 0.33;

interface Drawn {
  readonly line: EquityLine;
  readonly series: readonly ISeriesApi<'Line'>[];
}

export function createEquityChart(container: HTMLElement, options: EquityChartOptions): EquityChart {
  let theme = readTheme();
  let drawn: readonly Drawn[] = [];
  const { timeFormatter, tickMarkFormatter } = timeFormats(options.locale);
  const chart = createChart(container, {
    autoSize: true,
    // The page's policy allows no style element; the attribution stands in the price chart's menu.
    layout: { attributionLogo: false, fontSize: 11 },
    crosshair: { mode: CrosshairMode.Magnet },
    rightPriceScale: { minimumWidth: 72, scaleMargins: { top: 0.14, bottom: 0.08 } },
    timeScale: {
      timeVisible: true,
      secondsVisible: false,
      rightOffset: 0,
      tickMarkFormatter,
      minBarSpacing: 0.01,
      fixLeftEdge: true,
      fixRightEdge: true,
    },
    localization: { locale: options.locale, timeFormatter },
  });

  const color = ({ color: which }: EquityLine, current: ChartTheme) =>
    which === 'reference' ? current.faint : (RUN_COLORS[which % RUN_COLORS.length] ?? current.accent);
  const custom = (formatter: (value: number) => string) => ({ type: 'custom', formatter, minMove: 1e-8 }) as const;
  const look = (line: EquityLine) => ({
    color: color(line, theme),
    lineWidth: 1 as LineWidth,
    lineStyle: line.color === 'reference' ? LineStyle.Dashed : LineStyle.Solid,
    priceLineVisible: false,
    lastValueVisible: false,
    crosshairMarkerRadius: 3,
  });

  const draw = (line: EquityLine): Drawn => {
    const equity = chart.addSeries(LineSeries, { ...look(line), priceFormat: custom(options.formatValue) }, 0);
    equity.setData(chartPoints(line.ts, line.values));
    if (!line.drawdown) return { line, series: [equity] };
    const fall = chart.addSeries(LineSeries, { ...look(line), priceFormat: custom(options.formatDrawdown) }, 1);
    fall.setData(chartPoints(line.ts, line.drawdown, -1));
    return { line, series: [equity, fall] };
  };

  const onCrosshair = ({ time }: MouseEventParams) => options.onHover(time === undefined ? null : millis(time));
  chart.subscribeCrosshairMove(onCrosshair);
  applyTheme(chart, theme);
  const unwatch = watchTheme((next) => {
    theme = next;
    applyTheme(chart, theme);
    for (const { line, series } of drawn) for (const each of series) each.applyOptions({ color: color(line, theme) });
  });

  return {
    setLines(lines) {
      for (const { series } of drawn) for (const each of series) chart.removeSeries(each);
      drawn = onOneScale(lines).map(draw);
      const [upper, lower] = chart.panes();
      upper?.setStretchFactor(1 - DRAWDOWN_SHARE);
      lower?.setStretchFactor(DRAWDOWN_SHARE);
      chart.timeScale().fitContent();
    },
    dispose() {
      unwatch();
      chart.unsubscribeCrosshairMove(onCrosshair);
      chart.remove();
    },
  };
}
