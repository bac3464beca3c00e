import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ticker } from '#domain/market-data.ts';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { WatchList } from './watch-list.tsx';

beforeAll(() => loadNamespaces('markets'));
beforeEach(() => history.replaceState(null, '', '/markets'));
afterEach(cleanup);

const listed = (venue: string, symbol: string, tickSize = '0.1') => {
  const [base = '', quote = ''] = symbol.split(/[-/]/);
  return { ...BTC_USDC, venue, symbol, base, quote, tickSize, simulated: venue === 'sim' };
};
const ticker = (venue: string, instrument: string, more: Partial<Ticker>): Ticker => ({
  venue,
  instrument,
  ts: 0,
  last: null,
  bid: null,
  ask: null,
  open24h: null,
  high24h: null,
  low24h: null,
  volume24h: null,
  ...more,
});

async function open(instruments: readonly ReturnType<typeof listed>[]) {
  const client = new FakeClient();
  const environment = {
    client,
    frames: { schedule: (task: () => void) => task(), flush: () => undefined },
    now: () => 0,
  };
  const spreads: string[] = [];
  const selected: string[] = [];
  render(
    <StoresProvider environment={environment}>
      <WatchList
        selected={null}
        onSelect={({ venue, symbol }) => selected.push(`${venue} ${symbol}`)}
        onSpread={(pair) => spreads.push(pair)}
      />
    </StoresProvider>,
  );
  await act(async () => {
    await client.answer('market.instruments', { instruments: [...instruments] });
  });
  const tell = (one: Ticker) => {
    const [venue, symbol] = [one.venue, one.instrument.replace('/', '-')];
    act(() => client.emit(`market.${venue}.${symbol}.ticker`, 'update', one));
  };
  return { tell, spreads, selected };
}

const row = (name: RegExp) => screen.getByRole('row', { name });
const cells = (name: RegExp) =>
  within(row(name))
    .getAllByRole('cell')
    .map(({ textContent }) => textContent);

describe('watch list', () => {
  it('P3: shows tiny prices digit by digit, and a dash for what a source does not tell', async () => {
    const { tell } = await open([listed('push', 'KOGE/USDT', '0.000000001')]);
    tell(ticker('push', 'KOGE/USDT', { last: '0.000000012', change24h: '0.025' }));
    expect(cells(/KOGE/).slice(1, 5)).toEqual(['0.000000012', '+2.50\u202f%', '–', '–']);
  });

  it('marks a crossed book as such, instead of a spread below zero', async () => {
    const { tell } = await open([listed('sim', 'BTC-USDT')]);
    tell(ticker('sim', 'BTC-USDT', { last: '100', bid: '101', ask: '99' }));
    expect(cells(/BTC/)[4]).toBe('crossed');
  });

  it('shows the best cross of a pair that two venues trade, and opens it', async () => {
    const { tell, spreads, selected } = await open([listed('sim', 'BTC-USDT'), listed('okx', 'BTC-USDT')]);
    expect(screen.getAllByRole('button', { name: /Spread of BTC\/USDT.*: –/ })).toHaveLength(2);
    tell(ticker('sim', 'BTC-USDT', { last: '100', bid: '100', ask: '101' }));
    tell(ticker('okx', 'BTC-USDT', { last: '102', bid: '102', ask: '103' }));
    const [button] = screen.getAllByRole('button', { name: /Spread of BTC\/USDT/ });
    // 102 − 101 of their middle, 101.5.
    expect(button?.textContent).toBe('+0.985\u202f%SIM → OKX');
    if (button) fireEvent.click(button);
    expect(spreads).toEqual(['BTC/USDT']);
    expect(selected).toEqual([]);
  });

  it('searches, and leads on where nothing is found', async () => {
    const { selected } = await open([listed('sim', 'BTC-USDC'), listed('sim', 'ETH-USDC')]);
    const search = screen.getByRole('searchbox', { name: 'Search markets' });
    fireEvent.change(search, { target: { value: 'eth' } });
    expect(screen.queryByRole('row', { name: /BTC/ })).toBeNull();
    fireEvent.click(row(/ETH/));
    expect(selected).toEqual(['sim ETH-USDC']);
    fireEvent.change(search, { target: { value: 'nothing like it' } });
    expect(screen.getByRole('link', { name: 'Add a source' }).getAttribute('href')).toBe('/settings');
  });

  it('leads to Settings where nothing is listed at all', async () => {
    await open([]);
    expect(screen.getByText('Nothing to watch yet')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Add a source' })).toBeTruthy();
  });
});
