import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import { notificationsStore } from '#stores/notifications.ts';
import { currentTranslate, loadNamespaces } from '#ui/i18n/i18n.ts';
import { describeSource } from './describe-source.ts';
import { config, connection, FakeSources, sourceView } from './fake-sources.ts';
import { MoreSources } from './more-sources.tsx';
import { useSourceAlarms } from './use-source-alarms.ts';

let sources: FakeSources;
vi.mock('#stores/sources.ts', () => ({ sourcesStore: () => sources }));

beforeAll(() => loadNamespaces('sources', 'desk'));
beforeEach(() => {
  sources = new FakeSources();
  resize(1920);
});
afterEach(cleanup);

function resize(width: number) {
  vi.stubGlobal('innerWidth', width);
  dispatchEvent(new Event('resize'));
}

const environment = {
  client: new FakeClient(),
  frames: { schedule: (task: () => void) => task(), flush: () => undefined },
  now: () => 0,
};

function Alarmed() {
  useSourceAlarms();
  return null;
}

function open() {
  render(
    <StoresProvider environment={environment}>
      <MoreSources />
      <Alarmed />
    </StoresProvider>,
  );
}

const named = (id: string, name = id) => sourceView(config({ id, name }));
const chips = () => screen.getAllByRole('button').map((chip) => chip.textContent.trim());

describe("a source's state in words", () => {
  const t = currentTranslate();
  const words = (...given: Parameters<typeof sourceView>) => describeSource(sourceView(...given), 20_000, t).text;
  const push = config({ kind: 'push' });
  const far = [connection({ roundTripMs: 12.4 }), connection({ roundTripMs: 230.6 }), connection()];

  it.each([
    [{ phase: 'disabled' }, 'off'],
    [{ phase: 'needs_token', reason: null }, 'token needed'],
    [{ phase: 'connecting', attempt: 2 }, 'connecting'],
    [{ phase: 'live', silentSince: null }, 'live'],
    [{ phase: 'live', silentSince: 8_000 }, 'stale 12s'],
    [{ phase: 'waiting', attempt: 3, tries: 10, retryAt: 23_400, reason: 'x' }, 'offline — retry 3/10 in 4s'],
    [{ phase: 'waiting', attempt: 3, tries: null, retryAt: 23_400, reason: 'x' }, 'offline — retry 3 in 4s'],
    [{ phase: 'offline', reason: 'x' }, 'offline'],
  ] as const)('%j is “%s”', (state, text) => {
    expect(words(push, { state })).toBe(text);
  });

  it('says that nothing is chosen, rather than to connect for ever', () => {
    expect(words(config(), { state: { phase: 'connecting', attempt: 1 } })).toBe('nothing chosen');
  });

  it('is as far away as its slowest connection', () => {
    expect(words(config(), { connections: far })).toBe('231 ms');
    expect(words(config(), { connections: [connection({ roundTripMs: 0.2 })] })).toBe('1 ms');
  });
});

describe('the chips of sources', () => {
  it('are one a source while there is room, the others behind one that shows their worst', () => {
    sources.set(...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => named(id)));
    open();
    expect(chips()).toEqual(['a live', 'b live', 'c live', 'd live', 'e live', 'f live', '+2']);
    act(() => sources.state('h', { phase: 'offline', reason: 'gone' }));
    expect(screen.getByRole('button', { name: '+2 sources, 1 live' })).toBeTruthy();
    act(() => resize(1440));
    expect(chips()).toEqual(['a live', 'b live', '+6']);
    // A phone has room for one.
    act(() => resize(390));
    expect(chips()).toEqual(['7/8']);
  });

  it('need no `+1`: one more takes as much room', () => {
    sources.set(...['a', 'b', 'c'].map((id) => named(id)));
    resize(1440);
    open();
    expect(chips()).toEqual(['a live', 'b live', 'c live']);
  });

  it('open to the details, from which to reconnect', async () => {
    sources.set(
      sourceView(config(), {
        state: { phase: 'waiting', attempt: 1, tries: null, retryAt: Date.now() + 9_000, reason: 'closed with 1006' },
        connections: [
          connection({ name: 'public', reconnects: 2, resyncs: 1 }),
          connection({ name: 'business', reconnects: 1, dropped: 4 }),
        ],
        problems: [{ code: 'bad_frame', message: 'frame without a channel', ts: 0 }],
      }),
    );
    open();
    fireEvent.click(screen.getByRole('button', { name: /^OKX/ }));
    const details = await screen.findByRole('dialog', { name: 'OKX' });
    const fact = (name: string) => within(details).getByText(name).nextElementSibling?.textContent;
    await within(details).findByText('Reason');
    expect([fact('Reason'), fact('Address')]).toEqual([
      'The connection was closed with code 1006.',
      'wss://ws.okx.com:8443',
    ]);
    expect([fact('Reconnects'), fact('Resyncs'), fact('Dropped frames')]).toEqual(['3', '1', '4']);
    expect(within(details).getByText(/frame without a channel/)).toBeTruthy();
    expect(within(details).getByRole('link', { name: 'System' }).getAttribute('href')).toBe('/system?connection=okx');
    fireEvent.click(within(details).getByRole('button', { name: 'Reconnect' }));
    expect(sources.reconnected).toEqual(['okx']);
  });

  it('lead from the many to one', async () => {
    resize(390);
    sources.set(named('a', 'First'), named('b', 'Second'));
    open();
    fireEvent.click(screen.getByRole('button', { name: '2/2 sources live' }));
    fireEvent.click(await screen.findByRole('button', { name: /^Second/ }));
    expect(await screen.findByRole('dialog', { name: 'Second' })).toBeTruthy();
    fireEvent.click(await screen.findByRole('button', { name: 'Reconnect' }));
    expect(sources.reconnected).toEqual(['b']);
  });
});

describe('alarms', () => {
  it('M5: a silence is told once, and the next one again', async () => {
    const { store } = notificationsStore(environment);
    sources.set(named('poly', 'Polymarket'));
    open();
    expect(store.getState().items).toEqual([]);
    act(() => sources.state('poly', { phase: 'live', silentSince: 5 }));
    act(() => sources.state('poly', { phase: 'live', silentSince: 5 }));
    await waitFor(() => expect(store.getState().items).toHaveLength(1));
    expect(store.getState().items[0]?.notice).toEqual({ kind: 'source_silent', name: 'Polymarket' });
    act(() => sources.state('poly', { phase: 'live', silentSince: null }));
    act(() => sources.state('poly', { phase: 'live', silentSince: 90 }));
    await waitFor(() => expect(store.getState().items).toHaveLength(2));
  });
});
