import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Route } from 'wouter';
import { ClientProvider } from '#queries/client-context.tsx';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { paths, routes } from '#ui/routing/routes.ts';
import { MarketsPage } from './markets.tsx';

beforeAll(() => loadNamespaces('markets'));
beforeEach(() => localStorage.clear());
afterEach(cleanup);

async function open(address: string) {
  history.replaceState(null, '', address);
  const client = new FakeClient();
  const environment = {
    client,
    frames: { schedule: (task: () => void) => task(), flush: () => undefined },
    now: () => 0,
  };
  render(
    <ClientProvider client={client} onCommandFailed={() => undefined}>
      <StoresProvider environment={environment}>
        <Route path={routes.market} component={MarketsPage} />
      </StoresProvider>
    </ClientProvider>,
  );
  const instruments = [
    { ...BTC_USDC, simulated: true },
    { ...BTC_USDC, symbol: 'KOGE/USDT', base: 'KOGE', quote: 'USDT', simulated: true },
  ];
  await act(async () => {
    await client.answer('market.instruments', { instruments });
  });
  return client;
}

describe('Markets page', () => {
  it('finds a symbol with a slash by its own address', async () => {
    await open(paths.market('sim', 'KOGE/USDT'));
    expect(screen.getByRole('heading', { level: 1, name: 'KOGE/USDT' })).toBeTruthy();
  });

  it('offers a grid on our own engine, with the pair in the address', async () => {
    await open(paths.market('sim', 'BTC-USDC'));
    const link = screen.getByRole('link', { name: 'Start a grid here' });
    expect(link.getAttribute('href')).toBe(paths.newGrid({ pair: 'sim:BTC-USDC' }));
  });

  it('says that there is no such market, and the way on', async () => {
    await open(paths.market('sim', 'NOPE%'));
    expect(screen.getByText('No market called NOPE%')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Add a source' })).toBeTruthy();
  });
});
