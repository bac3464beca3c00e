/**
 * The seam between what happens (engine, markets, logs) and who hears of it (gateway, dialects). In-process here;
 * the same port carries NATS subjects beyond one machine.
 */
export interface BusEvent {
  readonly channel: string;
  readonly event: string;
  readonly timestamp: number;
  readonly data: unknown;
}

export type CurrentValue = Omit<BusEvent, 'channel'>;

export interface Bus {
  publish(event: BusEvent): void;
  onEvent(listener: (event: BusEvent) => void): () => void;
  /**
   * Says how to get the current value of a stateful channel (Z11), computed when somebody subscribes; for a book
   * it is a `snapshot`. The returned function withdraws it.
   */
  provide(channel: string, current: () => CurrentValue | undefined): () => void;
  /** The channels with a current value. */
  provided(): Iterable<string>;
  /** Of who was first to provide it. */
  current(channel: string): CurrentValue | undefined;
  /** Of all who provide it. */
  currents(channel: string): CurrentValue[];
}

export class InProcessBus implements Bus {
  readonly #listeners = new Set<(event: BusEvent) => void>();
  readonly #current = new Map<string, readonly (() => CurrentValue | undefined)[]>();

  publish(event: BusEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  onEvent(listener: (event: BusEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  provide(channel: string, current: () => CurrentValue | undefined): () => void {
    this.#current.set(channel, [...(this.#current.get(channel) ?? []), current]);
    return () => {
      const others = this.#current.get(channel)?.filter((each) => each !== current) ?? [];
      if (others.length > 0) this.#current.set(channel, others);
      else this.#current.delete(channel);
    };
  }

  provided(): Iterable<string> {
    return this.#current.keys();
  }

  current(channel: string): CurrentValue | undefined {
    return this.#current.get(channel)?.[0]?.();
  }

  currents(channel: string): CurrentValue[] {
    return (this.#current.get(channel) ?? []).flatMap((current) => current() ?? []);
  }
}
