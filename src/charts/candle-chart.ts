/**
 * The candle chart: bars with volume, indicators, fills, a grid's lines and a range to drag. Imperative: the owner hands
 * in data at most once a frame, and the library draws once a frame. `dispose` leaves nothing behind.
 */
import {
  CandlestickSeries,
  CrosshairMode,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type MouseEventParams,
  type SeriesMarker,
  type Time,
} from 'lightweight-charts';
import type { Candle, Side } from '#domain/market-data.ts';
import { applyTheme, seconds, timeFormats } from './chart-look.ts';
import { readTheme, translucent, watchTheme } from './chart-theme.ts';
import { type GridLine, GridLines } from './grid-lines.ts';
import { IndicatorLayer } from './indicator-layer.ts';
import type { IndicatorId } from './indicators.ts';
import { type PriceRange, RangeLines, type RangeLinesOptions } from './range-lines.ts';

export interface ChartFill {
  readonly ts: number;
  readonly side: Side;
}

/** A decision at a bar's close. */
export interface ChartSignal {
  /** Open time of that bar. */
  readonly bar: number;
  readonly target: 'long' | 'short' | 'flat';
  /** In a word, beside its mark. */
  readonly text: string;
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
  /** Given: the bars end before now, and the view nears the newest of them. */
  readonly onNeedNewer?: () => void;
  /** The bar under the crosshair; `null`: none, show the last. */
  readonly onHover: (bar: Candle | null) => void;
}

export interface CandleChart {
  /**
   * All bars anew, oldest first: another series, or older ones came in front. The view stays where it was; where none of
   * its bars are left, it shows `ts`, else the newest.
   */
  setBars(bars: readonly Candle[], ts?: number): void;
  /** The forming bar moved on, or a new one began. */
  updateBar(bar: Candle): void;
  setIndicators(ids: readonly IndicatorId[]): void;
  setFills(fills: readonly ChartFill[]): void;
  setSignals(signals: readonly ChartSignal[]): void;
  /** Lines over the candles, a value a bar (`null`: none); to be set anew with the bars. */
  setOverlays(lines: readonly (readonly (number | null)[])[]): void;
  /** `fit`: the price scale stretches over all lines. */
  setLines(lines: readonly GridLine[], fit: boolean): void;
  setRange(range: PriceRange | null): void;
  scrollToNow(): void;
  /** The bars between two times, zoomed out until all of them are in view; left out: all there are. */
  showSpan(from?: number, to?: number): void;
  /** Puts the bar of a time into the middle of the view. */
  showTime(ts: number): void;
  /** Open time of the bar in the middle of the view; `null`: there is none. */
  middle(): number | null;
  dispose(): void;
}

/** How near to the oldest bar, in bars, older ones are asked for. */
const PREFETCH_BARS = 60;
const SHOWN_BARS = 130;
const RIGHT_MARGIN_BARS = 4;
const KEY_SCROLL_BARS = 5;
/** Room a mark takes beside the next one. */
const MARK_PX = 9;
/** A signal's word with its neighbours' room. */
const WORD_PX = 48;
const KEY_ZOOM = 1.25;

function toBar(bar: Candle) {
  return {
    time: seconds(bar.ts),
    open: Number(bar.open),
    high: Number(bar.high),
    low: Number(bar.low),
    close: Number(bar.close),
  };
}

/** Bars that come or go in front push the others: by how much, for the view to go with them; `null`: none in common. */
function shiftOf(before: readonly Candle[], after: readonly Candle[]): number | null {
  const [was, is] = [before[0]?.ts, after[0]?.ts];
  if (was === undefined || is === undefined) return null;
  const came = after.findIndex(({ ts }) => ts === was);
  if (came >= 0) return came;
  const went = before.findIndex(({ ts }) => ts === is);
  return went < 0 ? null : -went;
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
  let signals: readonly ChartSignal[] = [];
  let overlays: readonly ISeriesApi<'Line'>[] = [];

  const volumeBar = (bar: Candle) => ({
    time: seconds(bar.ts),
    value: Number(bar.volume),
    color: translucent(Number(bar.close) >= Number(bar.open) ? theme.up : theme.down, 0.28),
  });
  const closes = () => bars.map((bar) => ({ time: seconds(bar.ts), close: Number(bar.close) }));

  const barOf = (ts: number) => Math.floor(ts / options.intervalMs) * options.intervalMs;
  let fillTimes: readonly number[] = [];
  let signalTimes: readonly number[] = [];
  let crowded = false;
  let wordless = false;
  const fillMarks = (): SeriesMarker<Time>[] => {
    const oldest = bars[0]?.ts ?? Infinity;
    // One marker a bar and side; a busy bar tells how many fills it holds.
    const counts = new Map<string, { bar: number; side: Side; count: number }>();
    for (const fill of fills) {
      const bar = barOf(fill.ts);
      if (bar < oldest) continue;
      const key = `${bar}:${fill.side}`;
      counts.set(key, { bar, side: fill.side, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    return [...counts.values()].map(({ bar, side, count }) => ({
      time: seconds(bar),
      position: side === 'buy' ? 'belowBar' : 'aboveBar',
      shape: side === 'buy' ? 'arrowUp' : 'arrowDown',
      color: theme.accent,
      size: 0.8,
      ...(count > 1 && { text: String(count) }),
    }));
  };
  const signalMarks = (): SeriesMarker<Time>[] => {
    const oldest = bars[0]?.ts ?? Infinity;
    const color = { long: theme.up, short: theme.down, flat: theme.dim };
    return signals.flatMap(({ bar, target, text }) => {
      const at = barOf(bar);
      if (at < oldest) return [];
      const position = target === 'long' ? 'belowBar' : 'aboveBar';
      return [
        { time: seconds(at), position, shape: 'circle', color: color[target], size: 0.6, ...(!wordless && { text }) },
      ];
    });
  };
  const drawMarks = () => {
    const marks = [...signalMarks(), ...(crowded ? [] : fillMarks())];
    markers.setMarkers(marks.sort((a, b) => Number(a.time) - Number(b.time)));
  };

  const overlayColor = (line: number) => [theme.accent, theme.warn, theme.dim][line % 3] ?? theme.accent;
  const recolor = () => {
    applyTheme(chart, theme);
    overlays.forEach((series, line) => series.applyOptions({ color: overlayColor(line) }));
    const direction = { upColor: theme.up, downColor: theme.down, wickUpColor: theme.up, wickDownColor: theme.down };
    candles.applyOptions(direction);
    volume.setData(bars.map(volumeBar));
    lines.setTheme(theme);
    range?.setTheme(theme);
    for (const layer of indicators.values()) layer.setTheme(theme);
    drawMarks();
  };
  recolor();
  const unwatch = watchTheme((next) => {
    theme = next;
    recolor();
  });

  // Before the first view is set, the library reports ranges of its own.
  let settled = false;
  const onRange = (visible: { from: number; to: number } | null) => {
    if (visible && measureCrowd(visible)) drawMarks();
    if (!settled || !visible) return;
    if (visible.from < PREFETCH_BARS) options.onNeedOlder();
    if (visible.to > bars.length - PREFETCH_BARS) options.onNeedNewer?.();
  };
  chart.timeScale().subscribeVisibleLogicalRangeChange(onRange);

  /** Bars in view that hold one of these times. */
  const markedBars = ({ from, to }: { from: number; to: number }, times: readonly number[]): number => {
    const [first, last] = [bars[Math.max(Math.ceil(from), 0)]?.ts, bars[Math.min(Math.floor(to), bars.length - 1)]?.ts];
    if (first === undefined || last === undefined) return 0;
    return new Set(times.filter((ts) => ts >= first && ts < last + options.intervalMs).map(barOf)).size;
  };
  /** As many marks side by side as would hide the candles, or words each other: zoomed in, they come back. */
  const measureCrowd = (visible: { from: number; to: number } | null): boolean => {
    const width = chart.timeScale().width();
    const full = (times: readonly number[], room: number) =>
      visible !== null && times.length > 0 && markedBars(visible, times) * room > width;
    const before = [crowded, wordless];
    crowded = full(fillTimes, MARK_PX);
    wordless = full(signalTimes, WORD_PX);
    return before[0] !== crowded || before[1] !== wordless;
  };
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

  const center = (ts: number) => {
    const at = bars.findLastIndex((bar) => bar.ts <= ts);
    if (at < 0) return;
    const visible = chart.timeScale().getVisibleLogicalRange();
    const half = Math.min(visible ? (visible.to - visible.from) / 2 : SHOWN_BARS, SHOWN_BARS) || SHOWN_BARS;
    chart.timeScale().setVisibleLogicalRange({ from: at - half, to: at + half });
  };

  return {
    setBars(next, ts) {
      // What the library reports before the view is set is no wish of the reader's.
      settled = false;
      const visible = chart.timeScale().getVisibleLogicalRange();
      const before = bars;
      bars = [...next];
      candles.setData(bars.map(toBar));
      volume.setData(bars.map(volumeBar));
      lines.setLastPrice(bars.length > 0 ? Number(bars.at(-1)?.close) : null);
      for (const layer of indicators.values()) layer.reset(closes());
      drawMarks();
      if (bars.length === 0) return;
      const shift = shiftOf(before, bars);
      if (shift === null && ts !== undefined) center(ts);
      else if (shift === null || !visible) showNewest();
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
      fillTimes = fills.map(({ ts }) => ts);
      measureCrowd(chart.timeScale().getVisibleLogicalRange());
      drawMarks();
    },
    setSignals(next) {
      signals = next;
      signalTimes = signals.map(({ bar }) => bar);
      measureCrowd(chart.timeScale().getVisibleLogicalRange());
      drawMarks();
    },
    setOverlays(next) {
      for (const series of overlays) chart.removeSeries(series);
      overlays = next.map((values, line) => {
        const series = chart.addSeries(LineSeries, {
          color: overlayColor(line),
          lineWidth: 1,
          priceLineVisible: false,
          lastValueVisible: false,
          crosshairMarkerVisible: false,
        });
        series.setData(
          bars.flatMap(({ ts }, i) => {
            const value = values[i] ?? null;
            return value === null ? [] : [{ time: seconds(ts), value }];
          }),
        );
        return series;
      });
    },
    setLines(next, fit) {
      lines.setFit(fit);
      lines.setLines(next);
      // The library writes the scale's labels anew only when it moves or the format is set.
      candles.applyOptions({ priceFormat });
    },
    setRange: (next) => range?.setRange(next),
    showSpan(from = -Infinity, to = Infinity) {
      const first = bars.findIndex((bar) => bar.ts + options.intervalMs > from);
      const last = bars.findLastIndex((bar) => bar.ts <= to);
      if (first < 0 || last < first) return;
      const width = chart.timeScale().width() || container.clientWidth;
      const shown = last - first + 1 + 2 * RIGHT_MARGIN_BARS;
      chart.timeScale().applyOptions({ minBarSpacing: Math.min(0.5, width / shown) });
      chart.timeScale().setVisibleLogicalRange({ from: first - 0.5, to: last + RIGHT_MARGIN_BARS });
    },
    scrollToNow: () => chart.timeScale().scrollToRealTime(),
    showTime: center,
    middle() {
      const visible = chart.timeScale().getVisibleLogicalRange();
      return visible ? (bars[Math.round((visible.from + visible.to) / 2)]?.ts ?? null) : null;
    },
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
