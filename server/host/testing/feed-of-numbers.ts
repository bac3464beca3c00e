/**
 * A market and its traders as pure functions of a number: event `i` is always the same print, and the same requests
 * come after it. Whoever knows how far an engine got can go on from there, and a twin can be fed the very same.
 */
import { seededRandom } from '#domain/random.ts';
import type { Action, Params } from '#protocol/commands.ts';
import type { ListedInstrument } from '#server/markets/market.ts';

/** Never a whole minute, nor is the millisecond after an event: clock events fall between. */
const EPOCH = 1_700_000_000_001;
const STEP_MS = 10;

export function timeOf(index: number): number {
  return EPOCH + index * STEP_MS;
}

/** The event at or before this time. */
export function indexOf(ts: number): number {
  return Math.floor((ts - EPOCH) / STEP_MS);
}

const SYMBOLS = ['BTC-USDC', 'ETH-USDC', 'SOL-USDC', 'XRP-USDC'] as const;

/** Odd instruments take the fee from what is received. */
export const LISTED: readonly ListedInstrument[] = SYMBOLS.map((symbol, i) => ({
  instrument: {
    venue: 'sim',
    symbol,
    base: symbol.slice(0, 3),
    quote: 'USDC',
    tickSize: '0.01',
    lotSize: '0.0001',
    minSize: '0.0001',
    minNotional: '1',
    makerFee: '0.0008',
    takerFee: '0.001',
    feeCurrency: i % 2 === 0 ? 'quote' : 'received',
  },
  priceDecimals: 2,
}));

export interface Print {
  readonly index: number;
  readonly ts: number;
  readonly symbol: string;
  readonly price: string;
}

/** Prices wander around 100 by up to 0.3 a step, pulled back so that grids keep trading. */
export function* prints(seed: number): Generator<Print, never> {
  const random = seededRandom(seed);
  const cents = SYMBOLS.map(() => 10_000);
  for (let index = 0; ; index++) {
    const i = index % SYMBOLS.length;
    const now = cents[i] ?? 10_000;
    const next = now + Math.round((random() - 0.5) * 60 + (10_000 - now) / 400);
    cents[i] = next;
    yield { index, ts: timeOf(index), symbol: SYMBOLS[i] ?? 'BTC-USDC', price: (next / 100).toFixed(2) };
  }
}

/** A request that comes after event `index`; `of` names the request that started the grid it is about. */
export interface PlannedRequest {
  readonly id: string;
  readonly index: number;
  readonly of?: string;
  readonly make: (gridId: string) => AnyRequest;
}

export type PlannedAction = Extract<
  Action,
  `grid.${'start' | 'stop' | 'update_params' | 'pause' | 'resume'}` | 'system.kill_switch'
>;
export interface Request<A extends PlannedAction> {
  readonly action: A;
  readonly params: Params<A>;
}
export type AnyRequest = { [A in PlannedAction]: Request<A> }[PlannedAction];

/** One new grid every so many events, each with a whole life; at most a handful run at a time. */
const LIFE = 400;

/** The requests that come right after event `index`. */
export function plannedAfter(index: number): PlannedRequest[] {
  const planned: PlannedRequest[] = [];
  for (const [offset, name] of PHASES) {
    const born = index - offset;
    if (born < 40 || (born - 40) % LIFE !== 0) continue;
    const n = (born - 40) / LIFE;
    const start = `start-${n}`;
    if (name === 'start') {
      planned.push({ id: start, index, make: () => ({ action: 'grid.start', params: gridNumber(n) }) });
    } else {
      planned.push({ id: `${name}-${n}`, index, of: start, make: (id) => REQUESTS[name](id, n) });
    }
  }
  return planned;
}

type LaterPhase = 'rename' | 'regrid' | 'pause' | 'resume' | 'stop' | 'again' | 'kill' | 'calm';

const PHASES: readonly (readonly [offset: number, name: LaterPhase | 'start'])[] = [
  [0, 'start'],
  [450, 'rename'],
  [700, 'regrid'],
  [1_000, 'pause'],
  [1_100, 'resume'],
  [1_550, 'kill'],
  [1_570, 'calm'],
  [1_900, 'stop'],
  [2_000, 'again'],
];

const REQUESTS: Readonly<Record<LaterPhase, (id: string, n: number) => AnyRequest>> = {
  rename: (id, n) => ({ action: 'grid.update_params', params: { id, params: { name: `renamed ${n}` } } }),
  regrid: (id, n) => ({ action: 'grid.update_params', params: { id, params: { grid_count: 8 + (n % 5) } } }),
  pause: (id) => ({ action: 'grid.pause', params: { id } }),
  resume: (id) => ({ action: 'grid.resume', params: { id } }),
  stop: (id, n) => ({ action: 'grid.stop', params: { id, close_position: n % 2 === 0 } }),
  // Refused: it has ended. A refusal is a response like any other.
  again: (id) => ({ action: 'grid.stop', params: { id } }),
  // Every seventh grid's life brings the kill switch; the others only ask for a rename.
  kill: (id, n) =>
    n % 7 === 6
      ? {
          action: 'system.kill_switch',
          params: { action: 'activate', reason: `kill ${n}`, close_positions: n % 2 === 0 },
        }
      : { action: 'grid.update_params', params: { id, params: { name: `still ${n}` } } },
  calm: (id, n) =>
    n % 7 === 6
      ? { action: 'system.kill_switch', params: { action: 'deactivate', reason: `calm ${n}` } }
      : { action: 'grid.update_params', params: { id, params: { name: `calm ${n}` } } },
};

function gridNumber(n: number): Params<'grid.start'> {
  return {
    pair: SYMBOLS[n % SYMBOLS.length] ?? 'BTC-USDC',
    lower_price: 97,
    upper_price: 103,
    grid_count: 10 + (n % 3),
    investment: 1_000 + 10 * n,
    name: `grid ${n}`,
    ...(n % 3 === 0 && { spacing: 'geometric' }),
    ...(n % 5 === 4 && { stop_loss: 95 }),
  };
}
