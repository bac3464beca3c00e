import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StrategyConfig, StrategySpecView } from '#protocol/strategy-shapes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { ClientProvider } from '#queries/client-context.tsx';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { configSearch } from '#ui/routing/config-search.ts';
import { StrategyForm } from './strategy-form.tsx';
import { useStrategyForm } from './use-strategy-form.ts';

const period = (name: string, value: number) =>
  ({ name, label: name, description: '', type: 'integer', default: value, min: 1, max: 500, unit: 'bars' }) as const;
const DUAL_MA: StrategySpecView = {
  id: 'dual_ma',
  label: 'Moving average cross',
  description: '',
  kind: 'signal',
  params: [
    period('fast_period', 10),
    period('slow_period', 30),
    { name: 'allow_short', label: 'Allow short', description: '', type: 'boolean', default: false },
  ],
};
const GRID: StrategySpecView = { id: 'grid', label: 'Grid', description: '', kind: 'grid', params: [] };

let client: FakeClient;

function Form() {
  return <StrategyForm model={useStrategyForm()} />;
}

async function open(search = '') {
  history.replaceState(null, '', `/strategies/new${search}`);
  const frames = { schedule: (task: () => void) => task(), flush: () => undefined };
  render(
    <ClientProvider client={client} onCommandFailed={() => {}}>
      <StoresProvider environment={{ client, frames, now: () => 0 }}>
        <Form />
      </StoresProvider>
    </ClientProvider>,
  );
  await act(() => client.answer('market.instruments', { instruments: [{ ...BTC_USDC, simulated: true }] }));
  await act(() => client.answer('strategy.catalog', { strategies: [GRID, DUAL_MA] }));
  await waitFor(() => expect(field('Pair').value).toBe('sim:BTC-USDC'));
}

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const type = (label: string, value: string) =>
  act(async () => void fireEvent.change(field(label), { target: { value } }));
const start = () => act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Start strategy' })));

beforeEach(async () => {
  sessionStorage.clear();
  client = new FakeClient();
  await loadNamespaces('strategies', 'backtests', 'desk');
});
afterEach(cleanup);

describe('StrategyForm', () => {
  it('G19: offers the catalog’s defaults and starts with them as they are, without what only backtests know', async () => {
    await open();
    expect(field('Fast period').value).toBe('10');
    expect(screen.queryByLabelText('Allow short')).toBeNull();
    expect(screen.queryByRole('option', { name: 'Grid' })).toBeNull();
    await type('Capital', '500');
    await start();
    await waitFor(() => expect(client.asked('strategy.start')).toBe(1));
    const params = await act(() => client.answer('strategy.start', { strategy_id: 's1', status: 'running' }));
    expect(params).toEqual({
      strategy: 'dual_ma',
      symbol: 'BTC-USDC',
      venue: 'sim',
      timeframe: '15m',
      capital: 500,
      params: { fast_period: 10, slow_period: 30 },
    });
    expect(location.pathname).toBe('/strategies/s1');
    expect(sessionStorage.length).toBe(0);
  });

  it('speaks before the engine does, and sends nothing that cannot be', async () => {
    await open();
    await type('Fast period', '30');
    expect(screen.getByText('Must be below the slow period')).toBeTruthy();
    await type('Fast period', '1.5');
    expect(screen.getByText('A whole number')).toBeTruthy();
    await type('Capital', '0');
    expect(field('Capital').getAttribute('aria-invalid')).toBe('true');
    await start();
    expect(client.asked('strategy.start')).toBe(0);
  });

  it('Z15: the engine’s issues land on their fields, in the reader’s words, and what was typed stays', async () => {
    await open();
    await type('Slow period', '40');
    await start();
    await waitFor(() => expect(client.asked('strategy.start')).toBe(1));
    const issues = [
      { path: 'capital', message: 'too small', code: 'order_too_small', values: { amount: '12.5', currency: 'USDC' } },
      { path: 'params.slow_period', message: 'the market has only 35 bars' },
    ];
    await act(() => client.answer('strategy.start', new ProtocolError('VALIDATION_ERROR', 'invalid', issues)));
    expect(await screen.findByText('At least 12.5 USDC: the smallest order at today’s price')).toBeTruthy();
    expect(screen.getByText('the market has only 35 bars')).toBeTruthy();
    expect(field('Slow period').value).toBe('40');
    // They were about what was sent.
    await type('Slow period', '41');
    expect(screen.queryByText('the market has only 35 bars')).toBeNull();
  });

  it('fills in what a link says, and tells where live it cannot be so', async () => {
    const linked: StrategyConfig = {
      strategy: 'dual_ma',
      symbol: 'BTC-USDC',
      timeframe: '1h',
      params: { fast_period: 3, slow_period: 5, allow_short: true },
      capital: 2500,
    };
    await open(`?config=${configSearch(linked)}`);
    expect([field('Fast period').value, field('Timeframe').value, field('Capital').value]).toEqual(['3', '1h', '2500']);
    expect(screen.getByText(/The backtest sold short/)).toBeTruthy();
    await start();
    await waitFor(() => expect(client.asked('strategy.start')).toBe(1));
    const params = await act(() => client.answer('strategy.start', { strategy_id: 's1', status: 'running' }));
    expect(params.params).toEqual({ fast_period: 3, slow_period: 5 });
  });

  it('says so where a link holds nothing it knows', async () => {
    await open('?config=bm9uc2Vuc2U');
    expect(screen.getByText(/The link held no strategy/)).toBeTruthy();
    expect(field('Fast period').value).toBe('10');
  });
});
