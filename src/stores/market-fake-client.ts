/** For tests: a client whose connection, answers and events the test plays, keeping the contract of `ProtocolClient`. */
import type { CommandOptions, ConnectionState, Peer, ProtocolClient, SubscriptionHooks } from '#client/types.ts';
import { channelMatches } from '#domain/channel.ts';
import { familyOf } from '#protocol/channels.ts';
import type { Action, Params, Result } from '#protocol/commands.ts';

interface Subscription {
  readonly pattern: string;
  readonly handler: (event: never) => void;
  readonly hooks: SubscriptionHooks;
}

interface Sent {
  readonly action: string;
  readonly params: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: Error) => void;
}

export class FakeClient implements ProtocolClient {
  state: ConnectionState = { phase: 'live', stale: false };
  peer: Peer | null = null;
  readonly stats = { roundTripMs: 1, lastFrameAt: 0, reconnects: 0, received: 0, receivedBytes: 0, rejected: 0 };
  /** Patterns asked for again. */
  readonly refreshed: string[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #subscriptions = new Set<Subscription>();
  #pending: Sent[] = [];
  #seq = 0;

  get patterns(): string[] {
    return [...this.#subscriptions].map(({ pattern }) => pattern).sort();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  connect(): void {}
  reconnect(): void {}
  close(): void {}

  command<A extends Action>(action: A, params: Params<A>, options: CommandOptions = {}): Promise<Result<A>> {
    return new Promise((resolve, reject) => {
      const sent: Sent = { action, params, resolve: (result) => resolve(result as Result<A>), reject };
      this.#pending.push(sent);
      options.signal?.addEventListener('abort', () => {
        this.#pending = this.#pending.filter((other) => other !== sent);
        reject(new Error('aborted'));
      });
    });
  }

  subscribe(pattern: string, handler: (event: never) => void, hooks: SubscriptionHooks = {}): () => void {
    const subscription = { pattern, handler, hooks };
    this.#subscriptions.add(subscription);
    return () => this.#subscriptions.delete(subscription);
  }

  refresh(pattern: string): void {
    this.refreshed.push(pattern);
  }

  /** The oldest unanswered command of that action; waits for the answer to have been taken in. */
  async answer<A extends Action>(action: A, result: Result<A> | Error): Promise<Params<A>> {
    const at = this.#pending.findIndex((sent) => sent.action === action);
    const sent = this.#pending[at];
    if (!sent) throw new Error(`nobody asked ${action}`);
    this.#pending = this.#pending.filter((other) => other !== sent);
    if (result instanceof Error) sent.reject(result);
    else sent.resolve(result);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    return sent.params as Params<A>;
  }

  asked(action: Action): number {
    return this.#pending.filter((sent) => sent.action === action).length;
  }

  emit(channel: string, event: string, data: unknown, timestamp = 0): void {
    const family = familyOf(channel);
    if (!family) throw new Error(`no such channel: ${channel}`);
    this.#seq += 1;
    const frame = { family, channel, event, data, timestamp, seq: this.#seq };
    for (const { pattern, handler } of this.#subscriptions) {
      if (channelMatches(pattern, channel)) handler(frame as never);
    }
  }

  gap(): void {
    for (const { hooks } of this.#subscriptions) hooks.onGap?.();
  }

  setLive(live: boolean): void {
    this.state = live ? { phase: 'live', stale: false } : { phase: 'connecting', attempt: 1 };
    for (const listener of this.#listeners) listener();
  }
}
