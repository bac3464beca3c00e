/** A client's whole surroundings in memory: time, chance, network, engine, sign-in and the machine's own network state. */
import { seededRandom, type Random } from '#domain/random.ts';
import { FakeEngine, type EngineHabits } from './fake-engine.ts';
import { createSocketPair, type SocketPair } from './socket-pair.ts';
import { VirtualTimers } from './virtual-timers.ts';

type Answer = { readonly token: string; readonly expiresAt: number } | { readonly signedOut: string };

export interface World {
  readonly timers: VirtualTimers;
  readonly random: Random;
  readonly network: SocketPair;
  readonly engine: FakeEngine;
  /** The machine comes back on a network. */
  readonly goOnline: () => void;
  /** How many tokens were asked for. */
  readonly tokensAsked: () => number;
  /** What the sign-in says; by default a token good for 15 minutes. */
  getToken: () => Answer | Promise<Answer>;
  /** For the client: ids count up, so that a run is the same every time. */
  readonly options: {
    readonly url: string;
    readonly timers: VirtualTimers;
    readonly random: Random;
    readonly uuid: () => string;
    readonly WebSocket: SocketPair['WebSocket'];
    readonly onOnline: (listener: () => void) => () => void;
    readonly getToken: () => Answer | Promise<Answer>;
  };
  /** Gives the platform its timers back. */
  readonly end: () => void;
}

export function createWorld(habits: Partial<EngineHabits> = {}, seed = 1): World {
  const timers = new VirtualTimers();
  const random = seededRandom(seed);
  const network = createSocketPair(random, timers);
  const engine = new FakeEngine(timers, habits);
  network.onConnection = engine.accept;
  const onlineListeners = new Set<() => void>();
  let tokens = 0;
  let ids = 0;
  const world: World = {
    timers,
    random,
    network,
    engine,
    goOnline: () => onlineListeners.forEach((listener) => listener()),
    tokensAsked: () => tokens,
    getToken: () => ({ token: `token-${tokens}`, expiresAt: timers.now() + 900_000 }),
    options: {
      url: 'ws://127.0.0.1:8080/ws',
      timers,
      random,
      uuid: () => `id-${(ids += 1)}`,
      WebSocket: network.WebSocket,
      onOnline: (listener) => {
        onlineListeners.add(listener);
        return () => onlineListeners.delete(listener);
      },
      getToken: () => {
        tokens += 1;
        return world.getToken();
      },
    },
    end: timers.install(),
  };
  return world;
}
