/**
 * The candle chart: bars with volume, indicators, fills, a grid's lines and a range to drag. Imperative: the owner hands
 * in data at most once a frame, and the library draws once a frame. `dispose` leaves nothing behind.
 */
import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  LineStyle,
  type MouseEventParams,
  type SeriesMarker,
  TickMarkType,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { Candle, Side } from '#domain/market-data.ts';
import { type ChartTheme, readTheme, translucent, watchTheme } from './chart-theme.ts';
import { type GridLine, GridLines } from './grid-lines.ts';
import { IndicatorLayer } from './indicator-layer.ts';
import type { IndicatorId } from './indicators.ts';
import { type PriceRange, RangeLines, type RangeLinesOptions } from './range-lines.ts';

export interface ChartFill {
  readonly ts: number;
  readonly side: Side;
}

export interface CandleChartOptions {
  readonly priceDecimals: number;
  readonly formatPrice: (price: number) => string;
  readonly intervalMs: number;
  /** BCP 47, for dates on the time axis. */
  readonly locale: string;
  /** Given: the ends of a range can be dragged. */
  readonly range?: RangeLinesOptions;
  /** The view nears the oldest bar. */
  readonly onNeedOlder: () => void;
  /** The bar under the crosshair; `null`: none, show the last. */
  readonly onHover: (bar: Candle | null) => void;
}

export interface CandleChart {
  /** All bars anew, oldest first: another series, or older ones came in front. The view stays where it was. */
  setBars(bars: readonly Candle[]): void;
  /** The forming bar moved on, or a new one began. */
  updateBar(bar: Candle): void;
  setIndicators(ids: readonly IndicatorId[]): void;
  setFills(fills: readonly ChartFill[]): void;
  /** `fit`: the price scale stretches over all lines. */
  setLines(lines: readonly GridLine[], fit: boolean): void;
  setRange(range: PriceRange | null): void;
  scrollToNow(): void;
  dispose(): void;
}

/** How near to the oldest bar, in bars, older ones are asked for. */
const PREFETCH_BARS = 60;
const SHOWN_BARS = 130;
const RIGHT_MARGIN_BARS = 4;
const KEY_SCROLL_BARS = 5;
const KEY_ZOOM = 1.25;

const seconds = (ts: number) => (ts / 1000) as UTCTimestamp;
const millis = (time: Time) => (typeof time === 'number' ? time * 1000 : Date.parse(String(time)));

function toBar(bar: Candle) {
  return {
    time: seconds(bar.ts),
    open: Number(bar.open),
    high: Number(bar.high),
    low: Number(bar.low),
    close: Number(bar.close),
  };
}

/** Times on the axis in the reader's own zone and language. */
function timeFormats(locale: string) {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, options);
    return (time: Time) => formatter.format(millis(time));
  };
  const clock = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const marks: Record<TickMarkType, (time: Time) => string> = {
    [TickMarkType.Year]: format({ year: 'numeric' }),
    [TickMarkType.Month]: format({ month: 'short' }),
    [TickMarkType.DayOfMonth]: format({ day: 'numeric', month: 'short' }),
    [TickMarkType.Time]: clock,
    [TickMarkType.TimeWithSeconds]: clock,
  };
  return {
    timeFormatter: format({ dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }),
    tickMarkFormatter: (time: Time, type: TickMarkType) => marks[type](time),
  };
}

function applyTheme(chart: IChartApi, theme: ChartTheme): void {
  const grid = { color: translucent(theme.line, 0.55) };
  const crosshair = { color: theme.faint, labelBackgroundColor: theme.faint };
  chart.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: theme.background },
      textColor: theme.dim,
      fontFamily: theme.font,
      panes: { separatorColor: theme.line, separatorHoverColor: translucent(theme.accent, 0.3) },
    },
    grid: { vertLines: grid, horzLines: grid },
    crosshair: { vertLine: crosshair, horzLine: crosshair },
    rightPriceScale: { borderColor: theme.line },
    timeScale: { borderColor: theme.line },
  });
}

function scrollBy(chart: IChartApi, bars: number): void {
  const scale = chart.timeScale();
  scale.scrollToPosition(scale.scrollPosition() + bars, false);
}

/** The newest bar in view stays where it is. */
function zoomBy(chart: IChartApi, factor: number): void {
  const scale = chart.timeScale();
  const visible = scale.getVisibleLogicalRange();
  if (visible)
    scale.setVisibleLogicalRange({ from: visible.to - (visible.to - visible.from) / factor, to: visible.to });
}

export function createCandleChart(container: HTMLElement, options: CandleChartOptions): CandleChart {
  let theme = readTheme();
  const { timeFormatter, tickMarkFormatter } = timeFormats(options.locale);
  const lines = new GridLines(theme);
  const chart = createChart(container, {
    autoSize: true,
    // The page's policy allows no style element; the attribution stands in the chart's menu.
    layout: { attributionLogo: false, fontSize: 11 },
    crosshair: { mode: CrosshairMode.Normal },
    rightPriceScale: { scaleMargins: { top: 0.1, bottom: 0.2 }, minimumWidth: 72 },
    timeScale: { timeVisible: true, secondsVisible: false, rightOffset: RIGHT_MARGIN_BARS, tickMarkFormatter },
    localization: {
      locale: options.locale,
      timeFormatter,
      priceFormatter: options.formatPrice,
      tickmarksPriceFormatter: (prices: readonly number[]) =>
        prices.map((price) => (lines.covers(price) ? '' : options.formatPrice(price))),
    },
  });
  const priceFormat = {
    type: 'price',
    precision: options.priceDecimals,
    minMove: 10 ** -options.priceDecimals,
  } as const;
  const candles = chart.addSeries(CandlestickSeries, {
    borderVisible: false,
    priceFormat,
    priceLineStyle: LineStyle.Dotted,
  });
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: 'volume',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } });
  const markers = createSeriesMarkers<Time>(candles, [], { zOrder: 'top' });
  candles.attachPrimitive(lines);
  const range = options.range && new RangeLines(container, theme, options.range);
  if (range) candles.attachPrimitive(range);
  const indicators = new Map<IndicatorId, IndicatorLayer>();

  let bars: Candle[] = [];
  let fills: readonly ChartFill[] = [];

  const volumeBar = (bar: Candle) => ({
    time: seconds(bar.ts),
    value: Number(bar.volume),
    color: translucent(Number(bar.close) >= Number(bar.open) ? theme.up : theme.down, 0.28),
  });
  const closes = () => bars.map((bar) => ({ time: seconds(bar.ts), close: Number(bar.close) }));

  const drawFills = () => {
    const oldest = bars[0]?.ts ?? Infinity;
    // One marker a bar and side; a busy bar tells how many fills it holds.
    const counts = new Map<string, { bar: number; side: Side; count: number }>();
    for (const fill of fills) {
      const bar = Math.floor(fill.ts / options.intervalMs) * options.intervalMs;
      if (bar < oldest) continue;
      const key = `${bar}:${fill.side}`;
      counts.set(key, { bar, side: fill.side, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    const shown = [...counts.values()].sort((a, b) => a.bar - b.bar);
    markers.setMarkers(
      shown.map(({ bar, side, count }): SeriesMarker<Time> => ({
        time: seconds(bar),
        position: side === 'buy' ? 'belowBar' : 'aboveBar',
        shape: side === 'buy' ? 'arrowUp' : 'arrowDown',
        color: theme.accent,
        size: 0.8,
        ...(count > 1 && { text: String(count) }),
      })),
    );
  };

  const recolor = () => {
    applyTheme(chart, theme);
    const direction = { upColor: theme.up, downColor: theme.down, wickUpColor: theme.up, wickDownColor: theme.down };
    candles.applyOptions(direction);
    volume.setData(bars.map(volumeBar));
    lines.setTheme(theme);
    range?.setTheme(theme);
    for (const layer of indicators.values()) layer.setTheme(theme);
    drawFills();
  };
  recolor();
  const unwatch = watchTheme((next) => {
    theme = next;
    recolor();
  });

  // Before the first view is set, the library reports ranges of its own.
  let settled = false;
  const onRange = (visible: { from: number } | null) => {
    if (settled && visible && visible.from < PREFETCH_BARS) options.onNeedOlder();
  };
  chart.timeScale().subscribeVisibleLogicalRangeChange(onRange);

  const onCrosshair = (event: MouseEventParams) => {
    const index = event.logical ?? -1;
    options.onHover(bars[index] ?? null);
  };
  chart.subscribeCrosshairMove(onCrosshair);

  // The container takes the focus; the ends of a range keep their own keys to themselves.
  const keys: Record<string, () => void> = {
    ArrowLeft: () => scrollBy(chart, -KEY_SCROLL_BARS),
    ArrowRight: () => scrollBy(chart, KEY_SCROLL_BARS),
    '+': () => zoomBy(chart, KEY_ZOOM),
    '-': () => zoomBy(chart, 1 / KEY_ZOOM),
    End: () => chart.timeScale().scrollToRealTime(),
  };
  const onKey = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  container.addEventListener('keydown', onKey);

  const showNewest = () => {
    const last = bars.length - 1;
    const shown = Math.min(SHOWN_BARS, Math.max(container.clientWidth / 7, 30));
    chart.timeScale().setVisibleLogicalRange({ from: last - shown, to: last + RIGHT_MARGIN_BARS });
  };

  return {
    setBars(next) {
      const visible = chart.timeScale().getVisibleLogicalRange();
      const oldest = bars[0]?.ts;
      bars = [...next];
      candles.setData(bars.map(toBar));
      volume.setData(bars.map(volumeBar));
      lines.setLastPrice(bars.length > 0 ? Number(bars.at(-1)?.close) : null);
      for (const layer of indicators.values()) layer.reset(closes());
      drawFills();
      if (bars.length === 0) return;
      // Bars that came in front push the others on: the view goes with them.
      const shift = oldest === undefined ? -1 : bars.findIndex(({ ts }) => ts === oldest);
      if (shift < 0 || !visible) showNewest();
      else chart.timeScale().setVisibleLogicalRange({ from: visible.from + shift, to: visible.to + shift });
      settled = true;
    },
    updateBar(bar) {
      const last = bars.at(-1);
      if (last && bar.ts < last.ts) return;
      if (last?.ts === bar.ts) bars[bars.length - 1] = bar;
      else bars.push(bar);
      lines.setLastPrice(Number(bar.close));
      candles.update(toBar(bar));
      volume.update(volumeBar(bar));
      for (const layer of indicators.values()) layer.update({ time: seconds(bar.ts), close: Number(bar.close) });
    },
    setIndicators(ids) {
      for (const [id, layer] of indicators) {
        if (ids.includes(id)) continue;
        layer.remove();
        indicators.delete(id);
      }
      for (const id of ids) {
        if (indicators.has(id)) continue;
        const layer = new IndicatorLayer(chart, id, theme);
        layer.reset(closes());
        indicators.set(id, layer);
      }
    },
    setFills(next) {
      fills = next;
      drawFills();
    },
    setLines(next, fit) {
      lines.setFit(fit);
      lines.setLines(next);
      // The library writes the scale's labels anew only when it moves or the format is set.
      candles.applyOptions({ priceFormat });
    },
    setRange: (next) => range?.setRange(next),
    scrollToNow: () => chart.timeScale().scrollToRealTime(),
    dispose() {
      unwatch();
      container.removeEventListener('keydown', onKey);
      chart.timeScale().unsubscribeVisibleLogicalRangeChange(onRange);
      chart.unsubscribeCrosshairMove(onCrosshair);
      range?.dispose();
      chart.remove();
    },
  };
}
