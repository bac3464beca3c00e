import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PredictionMarket } from '#domain/prediction-market.ts';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { tickersStore } from '#stores/tickers.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { PredictionPanel } from './prediction-panel.tsx';

beforeAll(() => loadNamespaces('markets'));
afterEach(cleanup);

const [YES, NO] = ['1'.repeat(78), '2'.repeat(78)] as const;
const MARKET: PredictionMarket = {
  id: '0xabc',
  question: 'Will it rain?',
  slug: 'rain',
  description: 'Resolves to Yes if it rains.',
  outcomes: [
    { symbol: YES, name: 'Yes' },
    { symbol: NO, name: 'No' },
  ],
  tickSize: '0.01',
  state: 'open',
};

function instrumentOf(market: PredictionMarket): ListedInstrument {
  return {
    venue: 'poly.polymarket',
    symbol: YES,
    base: 'Yes',
    quote: 'USDC',
    tickSize: market.tickSize,
    lotSize: '0.01',
    minSize: '5',
    minNotional: '0',
    makerFee: '0',
    takerFee: '0',
    feeCurrency: 'quote',
    simulated: false,
    prediction: market,
  };
}

function open() {
  const client = new FakeClient();
  const environment = {
    client,
    frames: { schedule: (task: () => void) => task(), flush: () => undefined },
    now: () => 0,
  };
  const chosen: string[] = [];
  const panel = (market: PredictionMarket) => (
    <StoresProvider environment={environment}>
      <PredictionPanel
        instrument={instrumentOf(market)}
        market={market}
        onSelect={({ symbol }) => chosen.push(symbol)}
      />
    </StoresProvider>
  );
  const { rerender } = render(panel(MARKET));
  const quote = (symbol: string, bid: string | null, ask: string | null) =>
    act(() =>
      tickersStore(environment).put([
        {
          venue: 'poly.polymarket',
          instrument: symbol,
          ts: 0,
          last: null,
          bid,
          ask,
          open24h: null,
          high24h: null,
          low24h: null,
          volume24h: null,
        },
      ]),
    );
  return { chosen, quote, show: (market: PredictionMarket) => rerender(panel(market)) };
}

const outcome = (name: RegExp) => within(screen.getByRole('group', { name: 'Outcomes' })).getByRole('button', { name });

describe('prediction panel', () => {
  it('shows the question and what each outcome is given, live', () => {
    const { quote } = open();
    expect(screen.getByRole('heading', { name: 'Will it rain?' })).toBeTruthy();
    expect(outcome(/Yes/).textContent).toContain('–');
    quote(YES, '0.61', '0.63');
    quote(NO, '0.37', '0.39');
    expect(outcome(/Yes/).textContent).toMatch(/62\.0.%bid 61¢ · ask 63¢/);
    expect(outcome(/No/).textContent).toMatch(/38\.0.%/);
  });

  it('goes over to another outcome', () => {
    const { chosen } = open();
    expect(outcome(/Yes/).getAttribute('aria-pressed')).toBe('true');
    fireEvent.click(outcome(/No/));
    expect(chosen).toEqual([NO]);
  });

  it('M8: announces a finer tick, with the one before', () => {
    const { show, quote } = open();
    const tick = () => screen.getByText('Tick').nextElementSibling;
    expect(tick()?.textContent).toBe('1¢');
    show({ ...MARKET, tickSize: '0.001' });
    expect(tick()?.firstElementChild?.getAttribute('role')).toBe('status');
    expect(tick()?.textContent).toBe('0.1¢ was 1¢');
    quote(YES, '0.964', '0.966');
    expect(outcome(/Yes/).textContent).toContain('bid 96.4¢ · ask 96.6¢');
    show({ ...MARKET, id: '0xother' });
    expect(tick()?.textContent).toBe('1¢');
  });

  it('M10: marks the winner, and says that trading is over', () => {
    const { show, quote } = open();
    quote(YES, '0.9', '0.92');
    show({ ...MARKET, state: 'resolved', winner: NO });
    expect(outcome(/No/).textContent).toMatch(/winner.*100\.0.%/);
    expect(outcome(/Yes/).textContent).toMatch(/0\.0.%trading is over/);
    expect(screen.getByText('No — paid out')).toBeTruthy();
  });
});
