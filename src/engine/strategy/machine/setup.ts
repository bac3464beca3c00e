/** A strategy's configuration → what it trades by, or every field that is wrong. */
import type { Issue } from '../../effects.ts';
import { parseUnits, QUOTE_SCALE } from '../../ledger/money.ts';
import { findStrategy } from '../catalog.ts';
import { createSignals } from '../create-signals.ts';
import { parseParams } from '../parse-params.ts';
import type { SignalMachine } from '../signals.ts';
import type { StrategySetup } from './state.ts';

export interface StrategyTerms {
  /** Quote units. */
  readonly capital: bigint;
  readonly allowShort: boolean;
  readonly wholeUnits: boolean;
  readonly execution: 'open' | 'close';
  /** Closed bars its signals need before they decide. */
  readonly warmup: number;
  /** Fresh ones, for bars in units of `10^-priceDecimals`. */
  readonly signals: (priceDecimals: number) => SignalMachine;
}

export type SetupResult =
  | { readonly ok: true; readonly terms: StrategyTerms; readonly setup: StrategySetup }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** `live`: a spot account cannot short, and a close is past once it is known. */
export function parseSetup(setup: StrategySetup, mode: 'live' | 'backtest'): SetupResult {
  const spec = findStrategy(setup.strategy);
  if (spec?.kind !== 'signal') {
    const message = spec ? 'is started as a grid' : `there is no strategy ${setup.strategy}`;
    return { ok: false, issues: [{ path: 'strategy', message, code: 'unknown_strategy' }] };
  }
  const issues: Issue[] = [];
  const capital = parseUnits(setup.capital, QUOTE_SCALE);
  if (capital === undefined || capital <= 0n)
    issues.push({ path: 'capital', message: 'must be positive', code: 'positive' });
  const parsed = parseParams(spec, setup.params);
  if (!parsed.ok) issues.push(...parsed.issues);
  const params = parsed.ok ? parsed.params : {};
  if (mode === 'live' && params['allow_short'] === true) {
    issues.push({
      path: 'params.allow_short',
      message: 'a spot account cannot sell what it has not',
      code: 'spot_only',
    });
  }
  if (mode === 'live' && params['execution'] === 'close') {
    const message = 'live a close is past once it is known: use open';
    issues.push({ path: 'params.execution', message, code: 'live_open' });
  }
  if (issues.length > 0 || capital === undefined) return { ok: false, issues };
  const signals = (priceDecimals: number) => createSignals(setup.strategy, params, priceDecimals);
  return {
    ok: true,
    setup: { ...setup, params },
    terms: {
      capital,
      allowShort: params['allow_short'] === true,
      wholeUnits: params['whole_units'] === true,
      execution: params['execution'] === 'close' ? 'close' : 'open',
      warmup: signals(0).warmup,
      signals,
    },
  };
}
