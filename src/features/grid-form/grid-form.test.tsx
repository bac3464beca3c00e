import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { useEffect } from 'react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProtocolError } from '#protocol/errors.ts';
import type { GridPreview } from '#protocol/shapes.ts';
import { ClientProvider } from '#queries/client-context.tsx';
import { StoresProvider } from '#stores/environment.tsx';
import { createFrameScheduler } from '#stores/frame-scheduler.ts';
import { FakeClient } from '#stores/market-fake-client.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { BTC_USDC } from '#testing/samples.ts';
import { GridForm } from './grid-form.tsx';
import { useGridForm, type GridFormModel } from './use-grid-form.ts';
import { useInitialDraft } from './use-initial-draft.ts';

const BTC = { ...BTC_USDC, simulated: true };

const preview: GridPreview = {
  pair: 'BTC-USDC',
  price: 95_000,
  lines: [91_200, 95_000, 98_800],
  quantity: 0.0003,
  invested: 1000,
  buys: 17,
  sells: 16,
  initial_purchase: { amount: 0.005, price: 95_000, cost: 475 },
  profit_per_grid_pct: { lowest: 0.09, highest: 0.07 },
  minimum_investment: 195,
  worst_case: { lower: { price: 91_200, equity: 970, pnl: -30 }, stop: null },
  warnings: [{ code: 'lot_rounding', message: 'rounding' }],
};

let client: FakeClient;
let model: GridFormModel;

function Form({ onModel }: { readonly onModel: (model: GridFormModel) => void }) {
  const current = useGridForm(useInitialDraft());
  useEffect(() => {
    onModel(current);
  });
  return <GridForm model={current} />;
}

/** The form as it is offered: the first instrument and its price are known. */
async function open() {
  const frames = createFrameScheduler(
    { requestFrame: () => () => {}, after: () => () => {}, hidden: () => false },
    (error) => {
      throw error;
    },
  );
  const environment = { client, frames, now: () => 0 };
  render(
    <ClientProvider client={client} onCommandFailed={() => {}}>
      <StoresProvider environment={environment}>
        <Form onModel={(current) => (model = current)} />
      </StoresProvider>
    </ClientProvider>,
  );
  await act(() => client.answer('market.instruments', { instruments: [BTC] }));
  await act(async () => {
    client.emit('market.sim.BTC-USDC.ticker', 'update', {
      venue: 'sim',
      instrument: 'BTC-USDC',
      ts: 0,
      last: '95000',
      bid: '94999.9',
      ask: '95000.1',
      open24h: '95000',
      high24h: '95000',
      low24h: '95000',
      volume24h: '1',
    });
    frames.flush();
  });
  await waitFor(() => expect(field('Upper price').value).not.toBe(''));
}

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const type = (label: string, value: string) =>
  act(async () => void fireEvent.input(field(label), { target: { value } }));
const start = () => act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Start grid' })));

beforeEach(async () => {
  sessionStorage.clear();
  history.replaceState(null, '', '/grids/new');
  client = new FakeClient();
  await loadNamespaces('grids', 'markets');
});
afterEach(cleanup);

describe('GridForm', () => {
  it('offers values around the price and starts a grid with them as they are', async () => {
    await open();
    expect(field('Lower price').value).toBe('91200.0');
    expect(field('Upper price').value).toBe('98800.0');
    await start();
    await waitFor(() => expect(client.asked('grid.start')).toBe(1));
    const params = await act(() => client.answer('grid.start', { grid_id: 'grid_1', status: 'starting' }));
    expect(params).toMatchObject({ pair: 'BTC-USDC', venue: 'sim', lower_price: 91_200, investment: 1000 });
    expect(location.pathname).toBe('/grids/grid_1');
    expect(sessionStorage.length).toBe(0);
  });

  it('speaks before the engine does, and sends nothing that cannot be', async () => {
    await open();
    await type('Upper price', '90000');
    expect(screen.getByText('Must be above the lower price')).toBeTruthy();
    expect(field('Upper price').getAttribute('aria-invalid')).toBe('true');
    await type('Upper price', '98800.05');
    expect(screen.getByText('Must be a multiple of the tick, 0.1')).toBeTruthy();
    await type('Grid count', '1');
    expect(screen.getByText('A whole number from 2 to 1000')).toBeTruthy();
    await start();
    expect(client.asked('grid.start')).toBe(0);
  });

  it('Z15: the engine’s issues land on their fields, and what was typed stays', async () => {
    await open();
    await type('Investment', '7');
    await start();
    await waitFor(() => expect(client.asked('grid.start')).toBe(1));
    const details = [{ path: 'investment', message: 'must be at least 195 USDC' }];
    await act(() => client.answer('grid.start', new ProtocolError('VALIDATION_ERROR', 'invalid', details)));
    await waitFor(() => expect(screen.getByText('must be at least 195 USDC')).toBeTruthy());
    expect(field('Investment').getAttribute('aria-invalid')).toBe('true');
    expect(field('Investment').value).toBe('7');
  });

  it('G9: shows what the preview says', async () => {
    await open();
    await waitFor(() => expect(client.asked('grid.preview')).toBeGreaterThan(0));
    await act(() => client.answer('grid.preview', preview));
    await waitFor(() => expect(screen.getByText('17 buys · 16 sells')).toBeTruthy());
    expect(screen.getByText(/0\.070 – 0\.090/)).toBeTruthy();
    expect(screen.getByText('195.00 USDC')).toBeTruthy();
    expect(screen.getByText(/Rounding to whole lots/)).toBeTruthy();
    expect(model.lines.map(({ side }) => side)).toEqual(['buy', null, 'sell']);
  });

  it('follows the lines dragged on the chart, in whole ticks, and the chart follows the form', async () => {
    await open();
    await type('Lower price', '90000');
    expect(model.range).toEqual({ lower: 90_000, upper: 98_800 });
    await act(async () => model.setRange({ lower: 90_000, upper: 99_123.4567 }));
    expect(field('Upper price').value).toBe('99123.5');
    // The end that was not dragged stays as typed.
    expect(field('Lower price').value).toBe('90000');
  });

  it('takes a price from the order book into the field that had the focus', async () => {
    await open();
    await act(async () => field('Stop loss').focus());
    await act(async () => model.pickPrice('88000.0'));
    expect(field('Stop loss').value).toBe('88000.0');
  });

  it('keeps what was typed when the page is left and comes back', async () => {
    await open();
    await type('Investment', '4321');
    cleanup();
    client = new FakeClient();
    await open();
    expect(field('Investment').value).toBe('4321');
  });
});
