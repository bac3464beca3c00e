import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { Connections } from './connections.tsx';
import { config, connection, FakeSources, sourceView } from './fake-sources.ts';
import { FlightRecorder } from './flight-recorder.tsx';

let sources: FakeSources;
const health = {
  status: 'degraded',
  running_grids: 3,
  running_strategies: 2,
  memory_mb: 180,
  event_loop_lag_ms: 1.5,
  uptime_seconds: 7_200,
} as const;
const engine = { health, strategies: new Map<string, unknown>([['mean', { state: 'running' }]]) };
vi.mock('#stores/sources.ts', () => ({
  sourcesStore: () => sources,
  sourceHub: () => ({ get: (id: string) => (id === 'lab' ? { engine } : undefined) }),
}));

beforeAll(() => loadNamespaces('sources', 'desk', 'system'));
beforeEach(() => {
  sources = new FakeSources();
});
afterEach(cleanup);

function open() {
  const location = memoryLocation({ path: '/system' });
  const environment = {
    client: new FakeClient(),
    frames: { schedule: (task: () => void) => task(), flush: () => undefined },
    now: () => 0,
  };
  render(
    <Router hook={location.hook} searchHook={location.searchHook}>
      <StoresProvider environment={environment}>
        <Connections />
        <FlightRecorder />
      </StoresProvider>
    </Router>,
  );
}

const region = () => screen.getByRole('region', { name: 'Connections' });
const source = (name: string) => within(region()).getByRole('listitem', { name });
const figure = (name: string, label: string) =>
  within(source(name)).getByText(label).nextElementSibling?.textContent ?? null;

describe('connections', () => {
  it('sum up a source, in figures and with how they moved', () => {
    sources.set(
      sourceView(config(), {
        connections: [
          connection({
            connectedAt: Date.now() - 90_000,
            lastMessageAt: Date.now() - 2_000,
            reconnects: 1,
            resyncs: 2,
          }),
          connection({ name: 'business', connectedAt: Date.now() - 30_000, reconnects: 1, dropped: 5 }),
        ],
        history: { messagesPerSecond: [10, 1234.56], bytesPerSecond: [0, 20_480], roundTripMs: [8], latencyMs: [] },
        latency: { received: { p50: 7.6, p99: 44 }, painted: { p50: null, p99: null } },
      }),
    );
    open();
    expect(figure('OKX', 'Uptime')).toBe('30s');
    expect(figure('OKX', 'Messages/s')).toBe('1,234.6');
    expect(figure('OKX', 'KiB/s')).toBe('20.0');
    expect(figure('OKX', 'Round trip')).toBe('8 ms');
    expect(figure('OKX', 'Exchange → received')).toBe('8 ms / 44 ms');
    expect(figure('OKX', 'Received → painted')).toBe('–');
    expect(figure('OKX', 'Last message')).toBe('2s');
    expect([figure('OKX', 'Reconnects'), figure('OKX', 'Resyncs'), figure('OKX', 'Dropped frames')]).toEqual([
      '2',
      '2',
      '5',
    ]);
    expect(source('OKX').querySelectorAll('svg path').length).toBeGreaterThan(2);
  });

  it('P2: show a push server’s three figures, each connection, each type, a silent one marked, and the problems', () => {
    const at = Date.now();
    sources.set(
      sourceView(config({ id: 'push', name: 'Push', kind: 'push' }), {
        connections: [
          connection({
            messages: 7,
            byType: { price_update: { count: 5, lastAt: at - 31_000 }, orderbook_update: { count: 2, lastAt: at } },
          }),
        ],
        service: { mode: 'auto', pointsToday: '12.5', volumeToday: '8450' },
        problems: [{ code: 'bad_frame', message: 'not JSON', ts: at, venueCode: '60012' }],
      }),
    );
    open();
    fireEvent.click(screen.getByRole('button', { name: 'Details of Push' }));
    const push = within(source('Push'));
    const said = ['Mode', 'Points today', 'Volume today'].map((label) => push.getByText(label).nextElementSibling);
    expect(said.map((value) => value?.textContent)).toEqual(['auto', '12.5', '8,450.00']);
    const types = within(push.getByRole('table', { name: 'Message types of Push' }))
      .getAllByRole('row')
      .slice(1);
    expect(types.map((row) => row.firstElementChild?.textContent)).toEqual(['price_update', 'orderbook_update']);
    expect(types.map((row) => row.querySelector('.warn') !== null)).toEqual([true, false]);
    expect(push.getByRole('table', { name: 'Connections of Push' })).toBeTruthy();
    expect(push.getByRole('list', { name: 'Problems' }).textContent).toContain('bad frame 60012 not JSON');
  });

  it('show the health and the strategies of another engine', () => {
    sources.set(sourceView(config({ id: 'lab', name: 'Lab', kind: 'engine' }), { server: 'zigquant 2.1' }));
    open();
    fireEvent.click(screen.getByRole('button', { name: 'Details of Lab' }));
    const lab = within(source('Lab'));
    for (const text of ['zigquant 2.1', 'degraded', '180 MB', '2h', 'mean', 'running']) {
      expect(lab.getByText(text)).toBeTruthy();
    }
  });

  it('M5: raise the alarm while a source is silent that should not be', () => {
    sources.set(sourceView(config()));
    open();
    expect(within(region()).queryByRole('alert')).toBeNull();
    act(() => sources.state('okx', { phase: 'live', silentSince: Date.now() - 42_500 }));
    const alarm = within(region()).getByRole('alert');
    expect(alarm.textContent).toContain('OKX is connected, but nothing has come for 42s.');
    fireEvent.click(within(alarm).getByRole('button', { name: 'Reconnect OKX' }));
    expect(sources.reconnected).toEqual(['okx']);
  });
});

describe('the flight recorder', () => {
  const recorder = () => within(screen.getByRole('region', { name: 'Flight recorder' }));

  it('records each source and the own engine, and hands over what it kept', async () => {
    const files: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      files.push(this.download);
    });
    sources.set(sourceView(config()), sourceView(config({ id: 'off', name: 'Off', enabled: false })));
    open();
    expect(recorder().getAllByRole('switch')).toHaveLength(2);
    fireEvent.click(recorder().getByRole('switch', { name: 'Record Engine' }));
    fireEvent.click(recorder().getByRole('switch', { name: 'Record OKX' }));
    act(() =>
      sources.set(sourceView(config(), { recording: { since: 0, frames: 12_345, bytes: 2048, truncated: true } })),
    );
    expect(recorder().getByText(/12,345 frames · 2 KiB/).textContent).toContain('oldest frames dropped');
    fireEvent.click(recorder().getByRole('button', { name: 'Download recording of OKX' }));
    await waitFor(() => expect(files).toEqual(['okx-19700101-000000.jsonl']));
    expect(sources.getState().ownRecording).not.toBeNull();
    fireEvent.click(recorder().getByRole('switch', { name: 'Record Engine' }));
    expect(sources.getState().ownRecording).toBeNull();
  });

  it('opens a recording that is picked or dropped, and says what is wrong with one that is none', async () => {
    open();
    const file = new File(['{"t":1,"frame":"a"}\n{"t":2,"frame":"b"}\n'], 'okx.jsonl');
    fireEvent.change(recorder().getByLabelText('Open recording', { selector: 'input' }), { target: { files: [file] } });
    await waitFor(() => expect(sources.getState().replay?.frames).toBe(2));
    sources.closeReplay();
    sources.refusal = new Error('line 3 is not a frame');
    fireEvent.drop(recorder().getByRole('list'), { dataTransfer: { files: [file] } });
    expect((await recorder().findByRole('alert')).textContent).toBe(
      'This recording cannot be played: line 3 is not a frame',
    );
  });
});
