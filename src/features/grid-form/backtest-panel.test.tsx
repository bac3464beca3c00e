import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FormBacktestModel } from '#stores/use-form-backtest.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { FormBacktestView } from './backtest-panel.tsx';
import { backtestFrom, backtestOf } from './backtest-request.ts';
import { EMPTY_DRAFT } from './draft.ts';

const DAY = 86_400_000;
const retry = vi.fn<() => void>();
const base: FormBacktestModel = { data: 'ready', from: 0, to: 30 * DAY, answer: null, busy: false, retry };
const figures = {
  state: 'running',
  metrics: {
    total_return: 0.0123,
    grid_profit: 45.6,
    cycles: 1234,
    max_drawdown: 0.04,
    alpha: -0.02,
    time_in_range: 0.9,
  },
  exact: {},
  equity: [1, 2, 1.5],
  tookMs: 5,
};
const request = { strategy: 'grid', params: {} };

function show(backtest: Partial<FormBacktestModel>, href: string | undefined = '/backtests/new?config=x') {
  cleanup();
  render(<FormBacktestView backtest={{ ...base, ...backtest }} href={href} />);
  return screen.getByRole('region', { name: /Backtest, last \d+ days/ });
}

beforeEach(() => loadNamespaces('grids'));
afterEach(cleanup);

describe('the backtest beside the preview', () => {
  it('shows the figures of what is typed, with a line, a caption and the way to the whole backtest', () => {
    const panel = show({ answer: { type: 'figures', request, figures } });
    expect(panel.textContent).toContain('1.23');
    expect(panel.textContent).toContain('1,234');
    expect(panel.textContent).toContain('no promise');
    expect(panel.querySelector('svg path')).not.toBeNull();
    expect(screen.getByRole('link', { name: 'Open as backtest' }).getAttribute('href')).toBe('/backtests/new?config=x');
  });

  it('loading, it has the places of its figures; while a newer run is on its way it says so', () => {
    expect(show({ data: 'loading' }).getAttribute('aria-busy')).toBe('true');
    expect(show({ answer: { type: 'figures', request, figures }, busy: true }).getAttribute('aria-busy')).toBe('true');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says why there is nothing: no candles, an error with the way back, values that cannot run', () => {
    expect(show({ data: 'none' }).textContent).toContain('no candles');
    expect(show({ data: 'error', error: 'HTTP 500' }).textContent).toContain('HTTP 500');
    screen.getByRole('button', { name: /again|retry/i }).click();
    expect(retry).toHaveBeenCalledOnce();
    const refused = show({ answer: { type: 'refused', request, message: 'params.investment is too little' } });
    expect(refused.textContent).toContain('params.investment is too little');
  });

  it('says what ended it', () => {
    const ended = { ...figures, state: 'stop_loss' };
    expect(show({ answer: { type: 'figures', request, figures: ended } }).textContent).toContain('stop loss ended it');
  });
});

describe('the request of a draft', () => {
  const draft = {
    ...EMPTY_DRAFT,
    pair: 'sim:BTC-USDC',
    lower_price: '90000',
    upper_price: '99000',
    grid_count: '20',
    trigger_price: '91000',
    stop_loss: '80000',
    name: 'mine',
  };
  const instrument = { ...BTC_USDC, simulated: true };

  it('is the grid as it would start, over the engine’s candles, by the instrument’s own rules', () => {
    const config = backtestOf(draft, instrument, backtestFrom(Date.UTC(2026, 5, 30, 13)));
    expect(config).toMatchObject({
      strategy: 'grid',
      params: { lower_price: 90_000, grid_count: 20, trigger_price: 91_000, stop_loss: 80_000, spacing: 'arithmetic' },
      data: { dataset: 'market-sim-BTC-USDC', start_date: '2026-05-31' },
      instrument: { tick_size: instrument.tickSize, fee_currency: instrument.feeCurrency },
    });
    expect(Object.keys(config?.params ?? {})).not.toContain('pair');
  });

  it('is none of what is no grid yet, or of another source’s instrument', () => {
    expect(backtestOf({ ...draft, upper_price: '' }, instrument, 0)).toBeUndefined();
    expect(backtestOf(draft, undefined, 0)).toBeUndefined();
    expect(backtestOf(draft, { ...instrument, venue: 'okx.okx' }, 0)).toBeUndefined();
  });
});
