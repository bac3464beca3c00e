import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StrategyStatus, StrategyView } from '#protocol/strategy-shapes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { ClientProvider } from '#queries/client-context.tsx';
import { type StoreEnvironment, StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import { notificationsStore } from '#stores/notifications.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { StrategyActions } from './strategy-actions.tsx';

const STATUS: StrategyStatus = {
  id: 's1',
  state: 'running',
  position: 0.5,
  realized_pnl: 3,
  unrealized_pnl: -1,
  equity: 1002,
  invested: 500,
  fees: 1,
  total_trades: 1,
  current_price: 1000,
  entry_price: 1002,
  target: 'long',
  figures: {},
  last_bar: 0,
  signals: 1,
  uptime_seconds: 1,
};
const VIEW: StrategyView = {
  id: 's1',
  name: 'Cross',
  state: 'running',
  config: {
    id: 's1',
    strategy: 'dual_ma',
    symbol: 'BTC-USDC',
    venue: 'sim',
    timeframe: '1m',
    params: { fast_period: 1 },
    capital: 1000,
    name: 'Cross',
  },
  created_at: 0,
  started_at: 0,
  ended_at: null,
  status: STATUS,
};

let client: FakeClient;
let environment: StoreEnvironment;

function show(strategy: StrategyView) {
  const frames = { schedule: (task: () => void) => task(), flush: () => undefined };
  environment = { client, frames, now: () => 0 };
  render(
    <ClientProvider client={client} onCommandFailed={() => {}}>
      <StoresProvider environment={environment}>
        <StrategyActions strategy={strategy} instrument={{ ...BTC_USDC, simulated: true }} onEdit={() => undefined} />
      </StoresProvider>
    </ClientProvider>,
  );
}

const button = (name: string) => screen.getAllByRole('button', { name }).at(-1) ?? screen.getByRole('button', { name });
const press = (name: string) => act(async () => void fireEvent.click(button(name)));

beforeEach(async () => {
  history.replaceState(null, '', '/strategies/s1');
  client = new FakeClient();
  await loadNamespaces('strategies', 'backtests', 'desk');
});
afterEach(cleanup);

describe('what can be done with a strategy', () => {
  it('says what a stop does to its position, sends the choice, and tells what came of it', async () => {
    show(VIEW);
    await press('Stop strategy');
    expect(screen.getByText(/You keep 0.50000 BTC, worth about 500.00 USDC/)).toBeTruthy();
    expect(screen.getByText('PnL of this strategy now: +2.00')).toBeTruthy();
    fireEvent.click(screen.getByRole('checkbox', { name: 'Close position' }));
    expect(screen.getByText(/are sold at market/)).toBeTruthy();
    await press('Stop strategy');
    await waitFor(() => expect(client.asked('strategy.stop')).toBe(1));
    const answer = { strategy_id: 's1', status: 'stopped', final_pnl: 1.5 };
    expect(await act(() => client.answer('strategy.stop', answer))).toEqual({ id: 's1', close_position: true });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const [item] = notificationsStore(environment).store.getState().items;
    expect(item?.notice).toMatchObject({ kind: 'strategy_stopped', pnl: 1.5, currency: 'USDC' });
  });

  it('has nothing to sell where it is flat', async () => {
    show({ ...VIEW, status: { ...STATUS, position: 0, entry_price: null } });
    await press('Stop strategy');
    expect(screen.getByRole<HTMLInputElement>('checkbox').disabled).toBe(true);
    expect(screen.getByText(/It holds nothing/)).toBeTruthy();
  });

  it('says beside the button why the engine refused', async () => {
    show(VIEW);
    await press('Pause');
    await waitFor(() => expect(client.asked('strategy.pause')).toBe(1));
    await act(() => client.answer('strategy.pause', new ProtocolError('FORBIDDEN', 'only traders may')));
    expect((await screen.findByRole('alert')).textContent).toBe('only traders may');
  });

  it('offers to resume what is paused, and an ended one again with all it was', async () => {
    show({ ...VIEW, state: 'paused' });
    expect(screen.getByRole('button', { name: 'Resume' })).toBeTruthy();
    cleanup();
    show({ ...VIEW, state: 'stopped' });
    expect(screen.queryByRole('button', { name: 'Edit parameters' })).toBeNull();
    await press('Start again');
    expect(location.pathname).toBe('/strategies/new');
    const config = new URLSearchParams(location.search).get('config') ?? '';
    const linked: unknown = JSON.parse(atob(config.replaceAll('-', '+').replaceAll('_', '/')));
    // Another strategy has another id.
    const { id: _id, ...again } = VIEW.config;
    expect(linked).toEqual(again);
  });
});
