import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BacktestResult } from '#protocol/backtest-shapes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { ClientProvider } from '#queries/client-context.tsx';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { ResultView } from './result-view.tsx';

beforeAll(() => loadNamespaces('backtests'));
afterEach(cleanup);

const RUN: BacktestResult = {
  id: 'bt1',
  name: 'Mine',
  strategy: 'grid',
  state: 'running',
  progress: 0.25,
  user: 'tom',
  created_at: 0,
  started_at: 0,
  ended_at: null,
  config: { strategy: 'grid', params: {}, data: { dataset: 'd' } },
  dataset: null,
  metrics: null,
  result: null,
};

async function open(answer: BacktestResult | Error) {
  const client = new FakeClient();
  const frames = { schedule: (task: () => void) => task(), flush: () => undefined };
  render(
    <ClientProvider client={client} onCommandFailed={() => undefined}>
      <StoresProvider environment={{ client, frames, now: () => 0 }}>
        <ResultView id="bt1" />
      </StoresProvider>
    </ClientProvider>,
  );
  await act(async () => {
    await client.answer('backtest.get', answer);
  });
  return client;
}

const progress = (value: number, eta_seconds = 3) => ({
  id: 'bt1',
  progress: value,
  current_date: '2023-02-01T00:00:00Z',
  trades_count: 17,
  current_equity: 10_250.5,
  eta_seconds,
});
const bar = () => Number(screen.getByRole('progressbar').getAttribute('value'));

describe('a run’s page', () => {
  it('G21: shows how far it is, never back, and takes up in the middle after a reload', async () => {
    const client = await open(RUN);
    await screen.findByRole('progressbar');
    expect(bar()).toBe(0.25);
    act(() => client.emit('backtest.bt1.progress', 'update', progress(0.5)));
    act(() => client.emit('backtest.bt1.progress', 'update', progress(0.4)));
    expect(bar()).toBe(0.5);
    expect(screen.getByText('2023-02-01')).toBeTruthy();
    expect(screen.getByText('17')).toBeTruthy();
    expect(screen.getByText('10,250.50')).toBeTruthy();
  });

  it('cancels, and then says so by itself, with the way on', async () => {
    const client = await open(RUN);
    fireEvent.click(await screen.findByRole('button', { name: 'Cancel backtest' }));
    await vi.waitFor(() => expect(client.asked('backtest.cancel')).toBe(1));
    await act(async () => {
      const asked = await client.answer('backtest.cancel', { backtest_id: 'bt1', status: 'cancelled', progress: 0.3 });
      expect(asked).toEqual({ id: 'bt1' });
    });
    await vi.waitFor(() => expect(client.asked('backtest.get')).toBe(1));
    await act(async () => {
      await client.answer('backtest.get', { ...RUN, state: 'cancelled', reason: 'cancelled by tom' });
    });
    await screen.findByText('This run was cancelled');
    expect(screen.getAllByText(/cancelled by tom/).length).toBeGreaterThan(0);
    fireEvent.click(screen.getByRole('button', { name: 'Run again' }));
    await vi.waitFor(() => expect(client.asked('backtest.run')).toBe(1));
    await act(async () => {
      const asked = await client.answer('backtest.run', { backtest_id: 'bt2', status: 'queued' });
      expect(asked).toEqual(RUN.config);
    });
    await vi.waitFor(() => expect(location.pathname).toBe('/backtests/bt2'));
  });

  it.each([
    ['interrupted', 'This run was interrupted'],
    ['error', 'This run failed'],
  ] as const)('%s: says why', async (state, title) => {
    await open({ ...RUN, state, reason: 'the worker died' });
    await screen.findByText(title);
    expect(screen.getAllByText(/the worker died/).length).toBeGreaterThan(0);
  });

  it('says that there is no such run, or that it is not for this role', async () => {
    await open(new ProtocolError('NOT_FOUND', 'there is no backtest bt1'));
    await screen.findByText('No such backtest');
    cleanup();
    await open(new ProtocolError('FORBIDDEN', 'no'));
    await screen.findByText('Not for your role');
  });
});
