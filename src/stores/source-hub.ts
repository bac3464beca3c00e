/** The running sources by id, and who wants to know when one is replaced or tells something new. */
import type { SourceLink } from './source-link.ts';

export type HubTopic = 'view' | 'listings' | 'accounts';

export class SourceHub {
  readonly #links = new Map<string, SourceLink>();
  readonly #watchers = new Map<string, Set<(link: SourceLink | undefined) => void>>();
  readonly #listeners = new Map<HubTopic, Set<() => void>>();

  get links(): readonly SourceLink[] {
    return [...this.#links.values()];
  }

  get(id: string): SourceLink | undefined {
    return this.#links.get(id);
  }

  /** Puts another link, or none, in the place of an id; the one before is closed. */
  set(id: string, link: SourceLink | undefined): void {
    const before = this.#links.get(id);
    if (link) this.#links.set(id, link);
    else this.#links.delete(id);
    for (const watcher of this.#watchers.get(id) ?? []) watcher(link);
    before?.close();
    for (const topic of ['view', 'listings', 'accounts'] as const) this.tell(topic);
  }

  /** Told at once and on every replacement. */
  watch(id: string, watcher: (link: SourceLink | undefined) => void): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(watcher));
    watcher(this.#links.get(id));
    return () => watchers.delete(watcher);
  }

  on(topic: HubTopic, listener: () => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  tell(topic: HubTopic): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener();
  }
}
