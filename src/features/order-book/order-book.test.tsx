import { act, cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SOURCE_FEEDS } from '#domain/source-feeds.ts';
import { StoresProvider } from '#stores/environment.tsx';
import type { InstrumentSource } from '#stores/instrument-source.ts';
import { FakeClient } from '#stores/market-fake-client.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { OrderBookPanel } from './order-book.tsx';

beforeAll(() => loadNamespaces('markets'));
beforeEach(() => history.replaceState(null, '', '/markets'));
afterEach(cleanup);

const BTC = { ...BTC_USDC, simulated: true };
type Levels = readonly (readonly [string, string])[];

function open(source?: InstrumentSource, instrument: ListedInstrument = BTC) {
  const client = new FakeClient();
  const environment = {
    client,
    frames: { schedule: (task: () => void) => task(), flush: () => undefined },
    now: () => 0,
  };
  render(
    <StoresProvider environment={environment}>
      <OrderBookPanel instrument={instrument} source={source} />
    </StoresProvider>,
  );
  const channel = `market.${BTC.venue}.${BTC.symbol}.book`;
  return {
    snapshot: (bids: Levels, asks: Levels) =>
      act(() => client.emit(channel, 'snapshot', { ts: 1, seq: 10, bids, asks })),
    update: (prev: number) =>
      act(() => client.emit(channel, 'update', { ts: 2, seq: prev + 1, prev, changes: [['bid', '99.0', '1']] })),
  };
}

const book = () => within(screen.getByRole('region', { name: 'Order book' }));

describe('order book', () => {
  it('says whether it is verified, by what, and how often it had to start anew', () => {
    const { snapshot, update } = open();
    snapshot([['99.5', '1']], [['100.5', '2']]);
    const tag = book().getByText('verified').parentElement;
    expect(tag?.title).toContain('Checked by sequence');
    expect(tag?.title).toContain('start anew 0 times');
    expect(book().getByText(/spread 1.0/)).toBeTruthy();
    update(20);
    expect(book().getByText('resyncing · 1').parentElement?.title).toContain('a new snapshot is on its way');
    snapshot([['99.5', '1']], [['100.5', '2']]);
    expect(book().getByText('verified · 1')).toBeTruthy();
  });

  it('marks a crossed book instead of telling a spread below zero', () => {
    const { snapshot } = open();
    snapshot([['101.0', '1']], [['100.5', '2']]);
    const middle = book().getByText('crossed by 0.5');
    expect(middle.classList.contains('warn')).toBe(true);
    expect(book().queryByText(/spread/)).toBeNull();
  });

  it('says that sizes count contracts, and what one is', () => {
    open();
    expect(book().getByText('Size')).toBeTruthy();
    cleanup();
    open(undefined, { ...BTC, contract: { value: '0.01', currency: 'BTC', type: 'linear' } });
    expect(book().getByText('Size (contracts)').title).toBe('One contract is 0.01 BTC.');
  });

  it('tells a side that is empty, and a book that is', async () => {
    const { snapshot } = open();
    snapshot([['99.5', '1']], []);
    expect(await book().findByText('no asks')).toBeTruthy();
    snapshot([], [['100.5', '1']]);
    expect(await book().findByText('no bids')).toBeTruthy();
    snapshot([], []);
    expect(await book().findByText('The book is empty')).toBeTruthy();
  });

  it('says so where the source has no book', () => {
    const feeds = SOURCE_FEEDS['trading-socketio'];
    open({ id: 'bybit', name: 'Bybit account', kind: 'trading-socketio', own: false, stale: false, feeds });
    expect(book().getByText('No order book')).toBeTruthy();
    expect(book().getByText('Bybit account sends no order book.')).toBeTruthy();
  });
});
