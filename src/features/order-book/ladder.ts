/**
 * The ladder as fixed rows that are written to, not rendered: ten updates a second cost a few text nodes. Rows are a table
 * for screen readers; with `onPick` their prices are buttons, walked with the arrow keys.
 */
import type { LadderRow, LadderView } from './ladder-rows.ts';
import css from './order-book.module.css';

export interface LadderTexts {
  readonly price: (text: string) => string;
  readonly size: (text: string) => string;
  readonly own: string;
}

export interface LadderOptions {
  readonly texts: LadderTexts;
  readonly onPick: ((price: string) => void) | undefined;
}

interface Line {
  readonly root: HTMLElement;
  readonly bar: HTMLElement;
  readonly price: HTMLElement;
  readonly size: HTMLElement;
  readonly total: HTMLElement;
  shown: LadderRow | null;
}

type SideName = 'asks' | 'bids';

export class Ladder {
  readonly #options: LadderOptions;
  readonly #sides: Readonly<Record<SideName, HTMLElement>>;
  readonly #lines: Readonly<Record<SideName, Line[]>> = { asks: [], bids: [] };
  readonly #abort = new AbortController();

  /** `asks` and `bids` are the elements the rows go into; asks grow upwards. */
  constructor(sides: Readonly<Record<SideName, HTMLElement>>, options: LadderOptions) {
    this.#sides = sides;
    this.#options = options;
    const { signal } = this.#abort;
    for (const side of Object.values(sides)) {
      side.addEventListener('click', (event) => this.#pick(event.target), { signal });
      side.addEventListener('keydown', (event) => this.#walk(event), { signal });
    }
  }

  render(view: LadderView, rows: number): void {
    for (const side of ['asks', 'bids'] as const) {
      const lines = this.#lines[side];
      while (lines.length < rows) lines.push(this.#append(side));
      while (lines.length > rows) lines.pop()?.root.remove();
      lines.forEach((line, i) => this.#write(line, view[side][i] ?? null));
    }
  }

  dispose(): void {
    this.#abort.abort();
    for (const side of Object.values(this.#sides)) side.replaceChildren();
  }

  #append(side: SideName): Line {
    const cell = (name: string | undefined, tag = 'span') => {
      const element = document.createElement(tag);
      element.className = name ?? '';
      element.setAttribute('role', 'cell');
      return element;
    };
    const root = document.createElement('div');
    root.className = css.row ?? '';
    root.setAttribute('role', 'row');
    const bar = document.createElement('span');
    bar.className = css.bar ?? '';
    bar.setAttribute('aria-hidden', 'true');
    const [priceCell, size, total] = [cell(css.price), cell(css.size), cell(css.total)];
    let price: HTMLElement = priceCell;
    if (this.#options.onPick) {
      price = document.createElement('button');
      price.setAttribute('type', 'button');
      price.hidden = true;
      // One stop for the tab key, the arrows go on from there.
      price.tabIndex = side === 'asks' && this.#lines.asks.length === 0 ? 0 : -1;
      priceCell.append(price);
    }
    root.append(bar, priceCell, size, total);
    if (side === 'asks') this.#sides.asks.prepend(root);
    else this.#sides.bids.append(root);
    return { root, bar, price, size, total, shown: null };
  }

  #write(line: Line, row: LadderRow | null): void {
    const { shown } = line;
    if (row === null) {
      if (shown === null) return;
      for (const element of [line.price, line.size, line.total]) element.textContent = '';
      // An empty line has nothing to pick; the button in it would have no name.
      line.price.hidden = this.#options.onPick !== undefined;
      line.bar.style.transform = 'scaleX(0)';
      line.root.classList.remove(css.own ?? '');
      line.shown = null;
      return;
    }
    line.price.hidden = false;
    const samePrice = shown?.price === row.price;
    if (!samePrice) line.price.textContent = this.#options.texts.price(row.price);
    if (shown?.size !== row.size) {
      line.size.textContent = this.#options.texts.size(row.size);
      // Only a size that changed under the same price is news; rows that moved are not.
      if (samePrice) this.#flash(line.size, Number(row.size) > Number(shown?.size));
    }
    if (shown?.total !== row.total) line.total.textContent = this.#options.texts.size(row.total);
    if (shown?.share !== row.share) line.bar.style.transform = `scaleX(${row.share.toFixed(4)})`;
    if ((shown?.own ?? false) !== row.own) {
      line.root.classList.toggle(css.own ?? '', row.own);
      line.root.title = row.own ? this.#options.texts.own : '';
    }
    line.shown = row;
  }

  /** Two animations with the same look take turns, because setting the same name again does not start it anew. */
  #flash(element: HTMLElement, grew: boolean): void {
    const turn = element.dataset.flash?.endsWith('1') ? '2' : '1';
    element.dataset.flash = `${grew ? 'up' : 'down'}${turn}`;
  }

  #pick(target: EventTarget | null): void {
    if (!(target instanceof Element) || !this.#options.onPick) return;
    const row = target.closest('[role=row]');
    const line = [...this.#lines.asks, ...this.#lines.bids].find(({ root }) => root === row);
    if (line?.shown) this.#options.onPick(line.shown.price);
  }

  #walk(event: KeyboardEvent): void {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined) return;
    const lines = [...this.#lines.asks.toReversed(), ...this.#lines.bids].filter(({ shown }) => shown !== null);
    const at = lines.findIndex(({ price }) => price === event.target);
    const next = lines[at + step];
    if (at < 0 || !next) return;
    event.preventDefault();
    for (const { price } of lines) price.tabIndex = -1;
    next.price.tabIndex = 0;
    next.price.focus();
  }
}
