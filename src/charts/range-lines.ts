/**
 * The upper and lower end of a range as lines one can drag: with the mouse, by touch, and as sliders with the keyboard.
 * The lines are drawn by the chart; over each lies a handle of the page that takes the pointer and the focus.
 */
import type {
  AutoscaleInfo,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts';
import { type ChartTheme, translucent } from './chart-theme.ts';
import css from './range-handles.module.css';

export interface PriceRange {
  readonly lower: number;
  readonly upper: number;
}
export type RangeEnd = keyof PriceRange;

export interface RangeLinesOptions {
  /** Accessible names of the two handles. */
  readonly names: Readonly<Record<RangeEnd, string>>;
  readonly formatPrice: (price: number) => string;
  /** One arrow key's step; with Shift or Page Up/Down ten of them. */
  readonly step: () => number;
  readonly onChange: (range: PriceRange) => void;
}

const ENDS: readonly RangeEnd[] = ['upper', 'lower'];

export class RangeLines implements ISeriesPrimitive<Time> {
  readonly #options: RangeLinesOptions;
  readonly #container: HTMLElement;
  readonly #handles: Readonly<Record<RangeEnd, HTMLElement>>;
  readonly #views: readonly IPrimitivePaneView[];
  readonly #abort = new AbortController();
  #theme: ChartTheme;
  #range: PriceRange | null = null;
  /** While a line is dragged the scale must not follow it, or the price would run away under the pointer. */
  #frozen: PriceRange | null = null;
  #attached: SeriesAttachedParameter<Time> | undefined;

  constructor(container: HTMLElement, theme: ChartTheme, options: RangeLinesOptions) {
    this.#container = container;
    this.#theme = theme;
    this.#options = options;
    this.#handles = { upper: this.#createHandle('upper'), lower: this.#createHandle('lower') };
    this.#views = [{ zOrder: () => 'bottom', renderer: () => ({ draw: (target) => this.#draw(target) }) }];
  }

  setRange(range: PriceRange | null): void {
    this.#range = range;
    this.#place();
    this.#attached?.requestUpdate();
  }

  setTheme(theme: ChartTheme): void {
    this.#theme = theme;
    this.#attached?.requestUpdate();
  }

  dispose(): void {
    this.#abort.abort();
    for (const end of ENDS) this.#handles[end].remove();
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

  updateAllViews(): void {
    this.#place();
  }

  autoscaleInfo(): AutoscaleInfo | null {
    const range = this.#frozen ?? this.#range;
    if (!range) return null;
    // Some air, so that a line can be drawn outwards too.
    const air = (range.upper - range.lower) * 0.12;
    return { priceRange: { minValue: range.lower - air, maxValue: range.upper + air } };
  }

  #place(): void {
    const { series, chart } = this.#attached ?? {};
    for (const end of ENDS) {
      const handle = this.#handles[end];
      const price = this.#range?.[end];
      const y = price === undefined ? null : (series?.priceToCoordinate(price) ?? null);
      handle.hidden = y === null;
      if (y === null || price === undefined || !chart) continue;
      const height = chart.paneSize(0).height;
      handle.style.top = `${Math.min(Math.max(y, 0), height)}px`;
      handle.style.width = `${chart.timeScale().width()}px`;
      handle.setAttribute('aria-valuenow', String(price));
      handle.setAttribute('aria-valuetext', this.#options.formatPrice(price));
      handle.setAttribute('aria-valuemin', String(end === 'upper' ? (this.#range?.lower ?? 0) : 0));
      handle.setAttribute('aria-valuemax', String(end === 'upper' ? price * 2 : (this.#range?.upper ?? 0)));
    }
  }

  #createHandle(end: RangeEnd): HTMLElement {
    const handle = document.createElement('div');
    handle.className = css.handle ?? '';
    handle.hidden = true;
    handle.tabIndex = 0;
    handle.setAttribute('role', 'slider');
    handle.setAttribute('aria-orientation', 'vertical');
    handle.setAttribute('aria-label', this.#options.names[end]);
    handle.dataset.end = end;
    const { signal } = this.#abort;
    handle.addEventListener('pointerdown', (event) => this.#startDrag(event, end), { signal });
    handle.addEventListener('keydown', (event) => this.#onKey(event, end), { signal });
    this.#container.append(handle);
    return handle;
  }

  #startDrag(down: PointerEvent, end: RangeEnd): void {
    if (down.button !== 0 || !this.#range) return;
    const handle = this.#handles[end];
    const grabbed = down.clientY - (this.#container.getBoundingClientRect().top + parseFloat(handle.style.top));
    this.#frozen = this.#range;
    handle.setPointerCapture(down.pointerId);
    handle.classList.add(css.dragging ?? '');
    const drag = new AbortController();
    const signal = AbortSignal.any([drag.signal, this.#abort.signal]);
    handle.addEventListener(
      'pointermove',
      (move) => {
        const y = move.clientY - grabbed - this.#container.getBoundingClientRect().top;
        const price = this.#attached?.series.coordinateToPrice(y);
        if (price != null) this.#move(end, price);
      },
      { signal },
    );
    const stop = () => {
      drag.abort();
      handle.classList.remove(css.dragging ?? '');
      this.#frozen = null;
      this.#attached?.requestUpdate();
    };
    handle.addEventListener('pointerup', stop, { signal });
    handle.addEventListener('pointercancel', stop, { signal });
    handle.focus({ preventScroll: true });
    down.preventDefault();
  }

  #onKey(event: KeyboardEvent, end: RangeEnd): void {
    const price = this.#range?.[end];
    const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (price === undefined || steps === undefined) return;
    event.preventDefault();
    // The chart scrolls with the arrow keys too.
    event.stopPropagation();
    this.#move(end, price + steps * (event.shiftKey ? 10 : 1) * this.#options.step());
  }

  #move(end: RangeEnd, price: number): void {
    const range = this.#range;
    if (!range) return;
    const gap = this.#options.step();
    // The lines never cross, and prices stay positive.
    const bounded = end === 'upper' ? Math.max(price, range.lower + gap) : Math.min(price, range.upper - gap);
    const next = { ...range, [end]: Math.max(bounded, gap) };
    this.setRange(next);
    this.#options.onChange(next);
  }

  #draw(target: Parameters<NonNullable<ReturnType<IPrimitivePaneView['renderer']>>['draw']>[0]): void {
    const { series } = this.#attached ?? {};
    const range = this.#range;
    if (!series || !range) return;
    const [upper, lower] = [series.priceToCoordinate(range.upper), series.priceToCoordinate(range.lower)];
    if (upper === null || lower === null) return;
    target.useBitmapCoordinateSpace(({ context, bitmapSize, verticalPixelRatio }) => {
      const pixel = (y: number) => Math.round(y * verticalPixelRatio);
      context.fillStyle = translucent(this.#theme.accent, 0.06);
      context.fillRect(0, pixel(upper), bitmapSize.width, pixel(lower) - pixel(upper));
      context.fillStyle = this.#theme.accent;
      const thickness = Math.max(1, Math.round(1.5 * verticalPixelRatio));
      for (const y of [upper, lower]) context.fillRect(0, pixel(y), bitmapSize.width, thickness);
    });
  }
}
