/** How a strategy's signals and fills come together from commands and events, whichever comes first: none lost, none twice. */
import type { SignalView, StrategyFill, StrategyStatus, StrategyView } from '#protocol/strategy-shapes.ts';
import type { SignalEvent } from '#protocol/shapes.ts';
import { mergeFillsBy } from './fill-pages.ts';

/** `stopped` and `error` are for good. */
export function hasEnded({ state }: Pick<StrategyView, 'state'>): boolean {
  return state === 'stopped' || state === 'error';
}

/** What a wish comes to: where nothing may be sold short, a wish to be short is one to be out. */
export function wanted(target: string, { params }: Pick<StrategyView['config'], 'params'>): string {
  return target === 'short' && params['allow_short'] !== true ? 'flat' : target;
}

/** Those of `signals` (newest first) that leave it out of the market where it is out already: of no consequence. */
export function idleSignals(
  signals: readonly SignalView[],
  config: Pick<StrategyView['config'], 'params'>,
): ReadonlySet<SignalView> {
  const isFlat = (signal: SignalView | undefined) => signal !== undefined && wanted(signal.side, config) === 'flat';
  return new Set(signals.filter((signal, i) => isFlat(signal) && isFlat(signals[i + 1])));
}

/** The newest status in its view; the state words of both agree. */
export function withStatus(view: StrategyView, status: StrategyStatus): StrategyView {
  return { ...view, status, state: status.state };
}

export function toSignal(event: SignalEvent, receivedAt: number): SignalView {
  return { ...event, ts: event.ts ?? receivedAt };
}

/** A strategy decides once a bar; a foreign engine that names no bar, once a time. */
export function signalKey({ strategy_id, bar, ts }: SignalView): string {
  return `${strategy_id} ${bar ?? ts}`;
}

/** Newest first, each once. */
export function mergeSignals(known: readonly SignalView[], incoming: readonly SignalView[]): SignalView[] {
  const byKey = new Map([...known, ...incoming].map((signal) => [signalKey(signal), signal]));
  return [...byKey.values()].sort((a, b) => b.ts - a.ts);
}

/** Newest first, each once. */
export function mergeStrategyFills(known: readonly StrategyFill[], incoming: readonly StrategyFill[]): StrategyFill[] {
  return mergeFillsBy(known, incoming, ({ strategy_id }) => strategy_id);
}
