/** A bot's fills, newest first: the newest page, what comes live, and older pages as somebody scrolls; none lost, none twice. */

interface Fill {
  readonly ts: number;
  readonly trade_id: string;
}

export const FILLS_PAGE = 500;

export interface FillPagesPorts<F extends Fill> {
  /** Newest first, at most a page, of before that time (ms). */
  readonly older: (before: number) => Promise<readonly F[]>;
  readonly ownerOf: (fill: F) => string;
  /** Something waits for `settle`. */
  readonly changed: () => void;
}

export class FillPages<F extends Fill> {
  #all: readonly F[] = [];
  #more = false;
  #arrived: F[] = [];
  #paging = false;
  readonly #ports: FillPagesPorts<F>;

  constructor(ports: FillPagesPorts<F>) {
    this.#ports = ports;
  }

  /** As of the last `settle`. */
  get all(): readonly F[] {
    return this.#all;
  }

  /** There are older ones. */
  get more(): boolean {
    return this.#more;
  }

  /** The newest page, at first and after a gap. */
  begin(newest: readonly F[]): void {
    const full = newest.length === FILLS_PAGE;
    // A page that does not reach back to what is known would hide a hole: start from it.
    const joined = !full || (this.#all[0]?.ts ?? -Infinity) >= (newest.at(-1)?.ts ?? 0);
    if (!joined) this.#all = [];
    if (this.#all.length === 0) this.#more = full;
    this.#arrived.push(...newest);
  }

  arrive(fill: F): void {
    this.#arrived.push(fill);
  }

  /** Puts what has come since in its place: once a frame, before it is shown. */
  settle(): void {
    if (this.#arrived.length === 0) return;
    this.#all = mergeFillsBy(this.#all, this.#arrived, this.#ports.ownerOf);
    this.#arrived = [];
  }

  loadOlder(): void {
    const oldest = this.#all.at(-1);
    if (this.#paging || !this.#more || !oldest) return;
    this.#paging = true;
    const { older, changed } = this.#ports;
    // `before` is a time: ask for the oldest's own millisecond again, so that none of its twins is skipped.
    older(oldest.ts + 1)
      .then(
        (page) => {
          this.#more = page.some((fill) => fill.ts < oldest.ts);
          this.#arrived.push(...page);
          changed();
        },
        () => {},
      )
      .finally(() => {
        this.#paging = false;
      });
  }
}

/** Newest first, each once; of two of the same trade the one that came later counts. */
export function mergeFillsBy<F extends Fill>(
  known: readonly F[],
  incoming: readonly F[],
  ownerOf: (fill: F) => string,
): F[] {
  const byId = new Map([...known, ...incoming].map((fill) => [`${ownerOf(fill)} ${fill.trade_id}`, fill]));
  return [...byId.values()].sort((a, b) => b.ts - a.ts || compareIds(b.trade_id, a.trade_id));
}

/** Ids that count up compare by their numbers: `t10` after `t9`. */
function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
