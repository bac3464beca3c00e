import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ClientProvider } from '#queries/client-context.tsx';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { Account } from './account.tsx';

beforeAll(() => loadNamespaces('account'));
beforeEach(() => history.replaceState(null, '', '/account'));
afterEach(cleanup);

const TOKEN = '7'.repeat(78);

function open() {
  const client = new FakeClient();
  const environment = {
    client,
    frames: { schedule: (task: () => void) => task(), flush: () => undefined },
    now: () => 0,
  };
  render(
    <ClientProvider client={client} onCommandFailed={() => undefined}>
      <StoresProvider environment={environment}>
        <Account signIn={() => null} />
      </StoresProvider>
    </ClientProvider>,
  );
  const tell = (channel: string, data: unknown) => act(() => client.emit(channel, 'update', data));
  return { client, tell };
}

const balance = (venue: string, currency: string, total: number, paper = false) => ({
  venue,
  currency,
  total_balance: total,
  available_balance: total,
  used_margin: 0,
  ...(paper && { equity: total, today_pnl: 0, total_pnl: 0 }),
  balances: [{ currency, total: String(total), reserved: '0', free: String(total) }],
});
const fill = (status: string) => ({
  trade_id: 't1',
  order_id: null,
  symbol: TOKEN,
  side: 'Buy',
  price: 0.48,
  quantity: 10,
  fee: null,
  fee_currency: null,
  status,
  ts: 1_700_000_000_000,
});
const region = (name: string) => within(screen.getByRole('region', { name }));

describe('account page', () => {
  it('says what to do while there is no account', () => {
    open();
    expect(screen.getByText('No account yet')).toBeTruthy();
    expect(screen.getAllByRole('link', { name: 'Add a source' }).length).toBeGreaterThan(0);
  });

  it('marks paper money, and adds up real money of one currency only', () => {
    const { tell } = open();
    tell('account.sim.balance', balance('sim', 'USDT', 100_000, true));
    tell('account.okx.balance', balance('okx', 'USDT', 1_000.5));
    tell('account.bybit.balance', balance('bybit', 'USDT', 2_000));
    const balances = region('Balances');
    expect(balances.getByRole('row', { name: /SIM paper/ }).textContent).toContain('100,000.00');
    expect(balances.getByRole('row', { name: /2 accounts together/ }).textContent).toContain('3,000.50');
    expect(balances.queryByRole('row', { name: /paper accounts together/ })).toBeNull();
  });

  it('shows one account alone, kept in the address', () => {
    const { tell } = open();
    tell('account.okx.balance', balance('okx', 'USDT', 1));
    tell('account.bybit.balance', balance('bybit', 'USDC', 2));
    fireEvent.click(screen.getByRole('radio', { name: 'OKX' }));
    expect(region('Balances').queryByRole('row', { name: /bybit/ })).toBeNull();
    expect(new URLSearchParams(location.search).get('account')).toBe('okx');
  });

  it('M13: lets one fill advance through its steps', () => {
    const { tell } = open();
    tell('account.polymarket.fills', fill('MATCHED'));
    const rows = () => region('Fills').getAllByRole('row').slice(1);
    expect(rows()).toHaveLength(1);
    expect(rows()[0]?.textContent).toContain('matched');
    tell('account.polymarket.fills', fill('MINED'));
    tell('account.polymarket.fills', fill('CONFIRMED'));
    expect(rows()).toHaveLength(1);
    expect(rows()[0]?.textContent).toContain('confirmed');
    expect(rows()[0]?.textContent).not.toContain(TOKEN);
    tell('account.polymarket.fills', fill('FAILED'));
    expect(rows()[0]?.textContent).toContain('failed');
  });

  it('T6: is stale when the connection is down, not for want of pushes', () => {
    const { client, tell } = open();
    tell('account.okx.balance', balance('okx', 'USDT', 1));
    expect(region('Balances').queryByText('stale')).toBeNull();
    act(() => client.setLive(false));
    expect(region('Balances').getByText('stale')).toBeTruthy();
  });

  it('lists open orders first, the others on demand', () => {
    const { tell } = open();
    const order = (id: string, isOpen: boolean, price: number | null) => ({
      order_id: id,
      symbol: `${id}-USDT`,
      side: 'Sell',
      quantity: 1,
      price,
      status: isOpen ? 'live' : 'filled',
      open: isOpen,
      ts: 1,
    });
    tell('account.okx.orders', [order('BTC', true, 95_000), order('ETH', false, null)]);
    const orders = region('Orders');
    expect(orders.getByRole('row', { name: /BTC-USDT/ })).toBeTruthy();
    expect(orders.queryByRole('row', { name: /ETH-USDT/ })).toBeNull();
    fireEvent.click(orders.getByRole('radio', { name: 'All' }));
    expect(orders.getByRole('row', { name: /ETH-USDT.*market/ })).toBeTruthy();
    fireEvent.change(screen.getByRole('searchbox', { name: 'Filter by symbol' }), { target: { value: 'eth' } });
    expect(orders.queryByRole('row', { name: /BTC-USDT/ })).toBeNull();
  });
});
