/** The lines of a grid across the chart, labelled in the price scale's gutter, so that no label covers a candle. */
import type {
  AutoscaleInfo,
  IPrimitivePaneView,
  ISeriesPrimitive,
  ISeriesPrimitiveAxisView,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import { type ChartTheme, translucent } from './chart-theme.ts';
import { thinLabels } from './thin-labels.ts';

export interface GridLine {
  readonly price: number;
  /** `null`: a line no order rests at now. */
  readonly side: 'buy' | 'sell' | null;
  /** The edges of the range are drawn solid. */
  readonly edge?: boolean;
  /** Shown in the gutter, where there is room. */
  readonly label: string;
}

/** Room a label needs, px. */
const LABEL_HEIGHT = 17;
/** Lines nearer to each other leave no room for a label of the scale between theirs. */
const CLOSE = 3 * LABEL_HEIGHT;
/** Lines nearer to each other than this are a shade. */
const SHADE_PX = 4;
/** Far off, as the library asks for labels that place themselves. */
const OFF_SCREEN = -10_000;

export class GridLines implements ISeriesPrimitive<Time> {
  #lines: readonly GridLine[] = [];
  #fit = true;
  #theme: ChartTheme;
  #lastPrice: number | null = null;
  #attached: SeriesAttachedParameter<Time> | undefined;
  #labels: readonly ISeriesPrimitiveAxisView[] = [];
  readonly #views: readonly IPrimitivePaneView[];

  constructor(theme: ChartTheme) {
    this.#theme = theme;
    this.#views = [{ zOrder: () => 'bottom', renderer: () => ({ draw: (target) => this.#draw(target) }) }];
  }

  setLines(lines: readonly GridLine[]): void {
    this.#lines = [...lines].sort((a, b) => a.price - b.price);
    this.#attached?.requestUpdate();
  }

  /** Whether the price scale stretches to show every line. */
  setFit(fit: boolean): void {
    this.#fit = fit;
    this.#attached?.requestUpdate();
  }

  setTheme(theme: ChartTheme): void {
    this.#theme = theme;
    this.#attached?.requestUpdate();
  }

  /** The last price has a label of its own, which ours leave free. */
  setLastPrice(price: number | null): void {
    this.#lastPrice = price;
  }

  attached(param: SeriesAttachedParameter<Time>): void {
    this.#attached = param;
  }

  detached(): void {
    this.#attached = undefined;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  priceAxisViews(): readonly ISeriesPrimitiveAxisView[] {
    return this.#labels;
  }

  updateAllViews(): void {
    const series = this.#attached?.series;
    if (!series) return;
    const placed = this.#lines.flatMap((line) => {
      const y = series.priceToCoordinate(line.price);
      return y === null ? [] : [{ line, y, edge: line.edge === true }];
    });
    const last = this.#lastPrice === null ? null : series.priceToCoordinate(this.#lastPrice);
    const kept = thinLabels(placed, LABEL_HEIGHT, last);
    this.#labels = kept.map(({ line, y }) => ({
      coordinate: () => OFF_SCREEN,
      fixedCoordinate: () => y,
      text: () => line.label,
      textColor: () => this.#color(line),
      backColor: () => this.#theme.background,
      tickVisible: () => false,
    }));
  }

  /**
   * Whether a label of the scale itself at this price would run into one of ours. It goes by the lines and not by which of
   * them are labelled: that changes with the last price, while the library keeps its labels until the scale moves.
   */
  covers(price: number): boolean {
    const next = this.#lines.findIndex((line) => line.price >= price);
    const y = this.#y(price);
    const above = this.#y(this.#lines[next]?.price);
    const below = this.#y(next < 0 ? this.#lines.at(-1)?.price : this.#lines[next - 1]?.price);
    if (y === null) return false;
    if (above !== null && below !== null && below - above < CLOSE) return true;
    return [above, below].some((line) => line !== null && Math.abs(line - y) < LABEL_HEIGHT);
  }

  autoscaleInfo(): AutoscaleInfo | null {
    const [first] = this.#lines;
    if (!this.#fit || !first) return null;
    let minValue = first.price;
    let maxValue = first.price;
    for (const { price } of this.#lines) {
      if (price < minValue) minValue = price;
      if (price > maxValue) maxValue = price;
    }
    return { priceRange: { minValue, maxValue } };
  }

  /** px between lines, on average. */
  #spacing(): number {
    const [top, bottom] = [this.#y(this.#lines.at(-1)?.price), this.#y(this.#lines[0]?.price)];
    return top === null || bottom === null ? Infinity : (bottom - top) / Math.max(this.#lines.length - 1, 1);
  }

  #y(price: number | undefined): number | null {
    return price === undefined ? null : (this.#attached?.series.priceToCoordinate(price) ?? null);
  }

  #color(line: GridLine): string {
    return line.side === null ? this.#theme.dim : line.side === 'buy' ? this.#theme.up : this.#theme.down;
  }

  #draw(target: Parameters<NonNullable<ReturnType<IPrimitivePaneView['renderer']>>['draw']>[0]): void {
    const series = this.#attached?.series;
    if (!series) return;
    target.useBitmapCoordinateSpace(({ context, bitmapSize, verticalPixelRatio }) => {
      context.lineWidth = Math.max(1, Math.floor(verticalPixelRatio));
      // Many lines close together must stay a background: a shade, for dashes would make a pattern of their own.
      const shade = this.#spacing() < SHADE_PX;
      const opacity = shade ? 0.14 : this.#lines.length > 60 ? 0.18 : 0.34;
      for (const line of this.#lines) {
        const y = series.priceToCoordinate(line.price);
        if (y === null) continue;
        const pixel = Math.round(y * verticalPixelRatio) + 0.5;
        if (pixel < 0 || pixel > bitmapSize.height) continue;
        context.beginPath();
        context.setLineDash(line.edge || shade ? [] : [2 * verticalPixelRatio, 4 * verticalPixelRatio]);
        context.strokeStyle = translucent(this.#color(line), line.edge ? 0.85 : opacity);
        context.moveTo(0, pixel);
        context.lineTo(bitmapSize.width, pixel);
        context.stroke();
      }
      context.setLineDash([]);
    });
  }
}
