import { act, cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { VenueBots } from './venue-bots.tsx';

beforeAll(() => loadNamespaces('grids'));
afterEach(cleanup);

function open() {
  const client = new FakeClient();
  const environment = {
    client,
    frames: { schedule: (task: () => void) => task(), flush: () => undefined },
    now: () => 0,
  };
  render(
    <StoresProvider environment={environment}>
      <VenueBots />
    </StoresProvider>,
  );
  return client;
}

const BOT = {
  id: '448965992920907776',
  symbol: 'BTC-USDT',
  state: 'running',
  lower_price: 90_000,
  upper_price: 100_000,
  grid_count: 20,
  spacing: 'geometric',
  investment: 1000,
  grid_profit: 12.5,
  float_profit: -3.25,
  total_pnl: 9.25,
  annualised: 0.125,
} as const;

describe('bots of the exchange', () => {
  it('shows nothing where no venue runs any', () => {
    const client = open();
    expect(screen.queryByRole('region', { name: 'On the exchange' })).toBeNull();
    act(() => client.emit('account.okx.bots', 'update', []));
    expect(screen.queryByRole('region', { name: 'On the exchange' })).toBeNull();
  });

  it('O16: lists them with their figures, and lets nobody steer them', () => {
    const client = open();
    act(() => client.emit('account.okx.bots', 'update', [BOT]));
    const region = screen.getByRole('region', { name: 'On the exchange' });
    const row = within(region).getByRole('row', { name: /BTC-USDT/ });
    for (const text of ['OKX', 'running', '+9.25', '+12.50', '−3.25', '1,000.00']) {
      expect(row.textContent).toContain(text);
    }
    expect(row.textContent).toMatch(/12\.5.%/);
    expect(within(region).queryAllByRole('button')).toEqual([]);
  });
});
