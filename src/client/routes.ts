/** From a channel to its listeners: patterns are compared once a channel, not once a message. */
import { channelMatches } from '#domain/channel.ts';
import { familyOf, type EventOf, type Family } from '#protocol/channels.ts';

export interface Listener {
  readonly deliver: (event: EventOf<Family>) => void;
  readonly onGap: (() => void) | undefined;
  readonly onDenied: ((code: string) => void) | undefined;
  /** Durable events up to here happened before this listener came. */
  since: number;
  /** The last current value it was given of a channel that is durable, too. */
  valueSeq: number;
}

export interface Route {
  /** `undefined`: no channel of ours. */
  readonly family: Family | undefined;
  readonly listeners: readonly Listener[];
}

/** An engine that runs for weeks names many grids; what is dropped here is only worked out again. */
const MAX_ROUTES = 4_096;

export class Routes {
  readonly #patterns: ReadonlyMap<string, { readonly listeners: ReadonlySet<Listener> }>;
  readonly #routes = new Map<string, Route>();

  constructor(patterns: ReadonlyMap<string, { readonly listeners: ReadonlySet<Listener> }>) {
    this.#patterns = patterns;
  }

  /** Who listens has changed. */
  clear(): void {
    this.#routes.clear();
  }

  of(channel: string): Route {
    const known = this.#routes.get(channel);
    if (known) return known;
    if (this.#routes.size >= MAX_ROUTES) this.#routes.clear();
    const listeners: Listener[] = [];
    for (const [pattern, entry] of this.#patterns) {
      if (channelMatches(pattern, channel)) listeners.push(...entry.listeners);
    }
    const route = { family: familyOf(channel), listeners };
    this.#routes.set(channel, route);
    return route;
  }
}
