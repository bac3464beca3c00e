/** Z12: which durable events have been seen, so that a reconnect neither loses nor repeats one. */
export class ResumeCursor {
  #run: string | undefined;
  /** Everything durable up to here has been seen. */
  #through: number | undefined;
  /** Seen beyond `#through` while a replay is under way: a live event may overtake it, a cut may end it halfway. */
  readonly #beyond = new Set<number>();
  #replay: { readonly seen: Set<number>; due: number | undefined } | undefined;
  #resumable = false;
  #newest = 0;
  #greetedAt = 0;

  /** Where to resume, or `undefined` where the engine gave nothing to resume by. */
  get after(): { run: string; seq: number } | undefined {
    return this.#resumable && this.#run !== undefined && this.#through !== undefined
      ? { run: this.#run, seq: this.#through }
      : undefined;
  }

  /** The highest sequence number met on any event of this run. */
  get newest(): number {
    return this.#newest;
  }

  /**
   * A new connection's `connected`: the engine's run and how far it is. Numbers of another run mean nothing any
   * more: then there is nothing to resume by, and whatever happened between the two is a gap. Returns whether so.
   */
  greet(run: string | undefined, seq: number | undefined): boolean {
    this.#greetedAt = seq ?? 0;
    this.#resumable = run !== undefined && run === this.#run;
    if (this.#resumable) return false;
    this.#run = run;
    this.#through = run === undefined ? undefined : seq;
    this.#newest = this.#greetedAt;
    this.#beyond.clear();
    this.#replay = undefined;
    return true;
  }

  /** A `subscribe` with `after` is on its way. */
  replayAsked(): void {
    this.#replay = { seen: new Set(), due: undefined };
  }

  /** The answer to it: `count` events are replayed, before or after the answer itself. */
  replayAnswered(count: number): void {
    if (!this.#replay) return;
    this.#replay.due = count;
    this.#finishReplay();
  }

  /** An event without a place in the replay: always new. */
  note(seq: number): true {
    if (seq > this.#newest) this.#newest = seq;
    return true;
  }

  /** Whether a durable event is new. */
  accept(seq: number): boolean {
    this.note(seq);
    if (this.#through !== undefined && seq <= this.#through) return false;
    const isNew = !this.#beyond.has(seq);
    if (!this.#replay) {
      this.#through = seq;
      return isNew;
    }
    this.#replay.seen.add(seq);
    this.#beyond.add(seq);
    this.#finishReplay();
    return isNew;
  }

  #finishReplay(): void {
    if (!this.#replay || this.#replay.due === undefined || this.#replay.seen.size < this.#replay.due) return;
    // The replay was everything up to the subscription, so at least up to the greeting before it.
    this.#through = Math.max(this.#through ?? 0, this.#greetedAt, ...this.#beyond);
    this.#beyond.clear();
    this.#replay = undefined;
  }
}
