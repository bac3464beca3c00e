import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import type { SourceInstrument } from '#domain/source.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { Role } from '#protocol/roles.ts';
import { ClientProvider } from '#queries/client-context.tsx';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import type { TestReport } from '#stores/source-types.ts';
import { loadNamespaces, setLocale } from '#ui/i18n/i18n.ts';
import { config, FakeSources, sourceView } from './fake-sources.ts';
import { SourceSettings } from './source-settings.tsx';

let sources: FakeSources;
vi.mock('#stores/sources.ts', () => ({ sourcesStore: () => sources }));

beforeAll(() => loadNamespaces('sources', 'desk'));
beforeEach(() => {
  sources = new FakeSources();
});
afterEach(async () => {
  cleanup();
  await setLocale('en');
});

function open(path = '/settings', role: Role = 'admin') {
  const client = new FakeClient();
  client.peer = { server: 'x', run: null, capabilities: null, user: 'u', role, authRequired: true };
  const environment = {
    client,
    frames: { schedule: (task: () => void) => task(), flush: () => undefined },
    now: () => 0,
  };
  const [, search = ''] = path.split('?');
  const location = memoryLocation({ path: '/settings', searchPath: search, record: true });
  render(
    <Router hook={location.hook} searchHook={location.searchHook}>
      <ClientProvider client={client} onCommandFailed={() => undefined}>
        <StoresProvider environment={environment}>
          <SourceSettings />
        </StoresProvider>
      </ClientProvider>
    </Router>,
  );
}

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const type = (label: string, value: string) => fireEvent.change(field(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const save = () => press('Save');

const BTC: SourceInstrument = {
  symbol: 'BTC-USDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.1',
  lotSize: '0.00000001',
  minSize: '0.00001',
  minNotional: '0',
  makerFee: '0',
  takerFee: '0',
  feeCurrency: 'received',
};
const SWAP = { ...BTC, symbol: 'BTC-USDT-SWAP' };
const YES = '7'.repeat(78);
const NO = '8'.repeat(78);
const prediction = {
  id: 'q1',
  question: 'Will it rain?',
  slug: 'rain',
  outcomes: [
    { symbol: YES, name: 'Yes' },
    { symbol: NO, name: 'No' },
  ],
  tickSize: '0.01',
  state: 'open',
} as const;

describe('the list of sources', () => {
  it('offers the next step while there is none, and a card for each kind', async () => {
    open();
    expect(screen.getByText('No sources yet')).toBeTruthy();
    press('Add source');
    const cards = within(await screen.findByRole('dialog', { name: 'Add source' })).getAllByRole('listitem');
    expect(cards.map((card) => card.querySelector('b')?.textContent)).toEqual([
      'OKX',
      'OKX demo',
      'Polymarket',
      'Push server',
      'Account server',
      'Another engine',
    ]);
    fireEvent.click(screen.getByRole('button', { name: /^OKX demo/ }));
    expect(field('Address').value).toBe('wss://wspap.okx.com:8443');
    expect(field('Short name').value).toBe('okx-demo');
  });

  it('shows what is there with its state, and switches it off and on', async () => {
    sources.set(sourceView(config(), { state: { phase: 'offline', reason: 'the server hung up' } }));
    open();
    const row = screen.getByRole('row', { name: /OKX/ });
    expect(within(row).getByText('offline').closest('[title]')?.getAttribute('title')).toBe('the server hung up');
    fireEvent.click(within(row).getByRole('switch', { name: 'Use OKX' }));
    await waitFor(() => expect(sources.saved).toEqual([config({ enabled: false })]));
    expect(await screen.findByText('off')).toBeTruthy();
  });

  it('removes one only after a question, and says why it could not', async () => {
    sources.set(sourceView(config()));
    open();
    press('Remove OKX');
    const dialog = await screen.findByRole('dialog', { name: 'Remove OKX' });
    sources.refusal = new ProtocolError('FORBIDDEN', 'only traders may');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Remove' }));
    expect((await within(dialog).findByRole('alert')).textContent).toBe('only traders may');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Remove' }));
    expect(await screen.findByText('No sources yet')).toBeTruthy();
  });

  it('lets a viewer look, and nothing more', () => {
    sources.set(sourceView(config()));
    open('/settings?edit=okx', 'viewer');
    expect(screen.getByText('Your role may look, not change sources.')).toBeTruthy();
    expect(screen.getByRole('switch', { name: 'Use OKX' })).toHaveProperty('disabled', true);
    expect(screen.queryByRole('button')).toBeNull();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('speaks Chinese', async () => {
    sources.set(sourceView(config({ kind: 'push', auth: 'token' }), { state: { phase: 'needs_token', reason: null } }));
    open();
    await act(() => setLocale('zh'));
    expect(screen.getByRole('button', { name: /输入令牌/ })).toBeTruthy();
    expect(screen.getByText('推送服务')).toBeTruthy();
  });
});

describe('the form of a source', () => {
  it('takes what the address names, and a short name nobody has yet', () => {
    sources.set(sourceView(config({ id: 'push', kind: 'push' })));
    open('/settings?add=push');
    expect(field('Short name').value).toBe('push-2');
    expect(field('Address').value).toBe('ws://127.0.0.1:8000/ws');
  });

  it.each([
    ['push', 'Address', 'http://host:8000', 'An address like wss://host:8443'],
    ['account', 'Address', 'ws://host:5000', 'An address like http://host:5000'],
    ['push', 'Address', 'ws://me:secret@host/ws', 'An address like wss://host:8443'],
    ['push', 'Name', '', 'Needed.'],
    ['push', 'Short name', 'My Push', '1 to 32 lower case letters'],
    ['push', 'Short name', 'taken', 'Another source has this short name.'],
    ['push', 'Short name', 'engine', 'This short name has a meaning of its own'],
    ['account', 'Time zone', '8', 'An offset like +08:00.'],
  ])('%s: says at once what is wrong with %s %j', async (preset, label, value, message) => {
    sources.set(sourceView(config({ id: 'taken' })));
    open(`/settings?add=${preset}`);
    type(label, value);
    save();
    expect((await screen.findByText(new RegExp(message.replace(/[+.]/g, '\\$&')))).getAttribute('role')).toBe('alert');
    expect(field(label).getAttribute('aria-invalid')).toBe('true');
    expect(sources.saved).toEqual([]);
  });

  it('T9: keeps a login out of the settings and hands it over for memory only', async () => {
    open('/settings?add=account');
    fireEvent.click(screen.getByRole('radio', { name: 'Sign in' }));
    save();
    expect(await screen.findByText('Needed.')).toBeTruthy();
    type('Login address', 'http://host:5000/login');
    type('User', 'ann');
    type('Password', 'secret word');
    type('Time zone', '+08:00');
    save();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(sources.saved).toEqual([
      {
        id: 'account',
        kind: 'trading-socketio',
        name: 'Account server',
        url: 'http://127.0.0.1:5000',
        via: 'direct',
        enabled: true,
        instruments: [],
        auth: 'login',
        loginUrl: 'http://host:5000/login',
        zone: '+08:00',
      },
    ]);
    expect(sources.authenticated).toEqual([{ id: 'account', user: 'ann', password: 'secret word' }]);
  });

  it("lands the engine's field errors on the fields, and keeps what was typed", async () => {
    open('/settings?add=push');
    type('Address', 'ws://elsewhere:8000/ws');
    sources.refusal = new ProtocolError('VALIDATION_ERROR', 'bad', [
      { path: 'source.url', message: 'another source has this address' },
    ]);
    save();
    expect((await screen.findByText('another source has this address')).getAttribute('role')).toBe('alert');
    expect(field('Address')).toHaveProperty('value', 'ws://elsewhere:8000/ws');
    expect(field('Address').getAttribute('aria-invalid')).toBe('true');
  });

  it('says before the engine does that an administrator must send it to an address of one’s own', () => {
    open('/settings?add=push', 'trader');
    expect(screen.queryByText(/Only an administrator/)).toBeNull();
    fireEvent.click(screen.getByRole('radio', { name: 'Through the engine' }));
    expect(screen.getByText(/Only an administrator/)).toBeTruthy();
    cleanup();
    open('/settings?add=okx', 'trader');
    fireEvent.click(screen.getByRole('radio', { name: 'Through the engine' }));
    expect(screen.queryByText(/Only an administrator/)).toBeNull();
  });

  it('changes a source without changing its short name, and lets go of what was typed on Cancel', async () => {
    sources.set(sourceView(config({ instruments: [BTC] })));
    open();
    press('Edit OKX');
    await screen.findByRole('dialog', { name: 'Edit OKX' });
    expect(field('Short name').readOnly).toBe(true);
    type('Name', 'OKX live');
    press('Cancel');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    press('Edit OKX');
    await screen.findByRole('dialog', { name: 'Edit OKX' });
    expect(field('Name').value).toBe('OKX');
    type('Name', 'OKX live');
    save();
    await waitFor(() => expect(sources.saved).toEqual([config({ name: 'OKX live', instruments: [BTC] })]));
  });
});

describe('choosing instruments', () => {
  it('OKX: narrows the whole list by words and by market, with tick and lot', async () => {
    sources.found = [BTC, SWAP, { ...BTC, symbol: 'ETH-USDT', base: 'ETH' }];
    open('/settings?add=okx');
    const found = screen.getByRole('group', { name: 'Found instruments' });
    expect(await within(found).findAllByRole('checkbox')).toHaveLength(3);
    type('Search instruments', 'btc usdt');
    expect(within(found).getAllByRole('checkbox')).toHaveLength(2);
    fireEvent.click(screen.getByRole('radio', { name: 'Perpetual' }));
    expect(within(found).getAllByRole('checkbox')).toHaveLength(1);
    expect(found.textContent).toContain('tick 0.1 · lot 0.00000001');
    fireEvent.click(within(found).getByRole('checkbox', { name: 'BTC-USDT-SWAP' }));
    expect(within(screen.getByRole('list', { name: 'Chosen instruments' })).getByText('BTC-USDT-SWAP')).toBeTruthy();
    save();
    await waitFor(() => expect(sources.saved[0]?.instruments).toEqual([SWAP]));
    // The list was asked for once, not once a key.
    expect(sources.searched).toEqual(['']);
  });

  it('Polymarket: searches as typed, shows questions with their outcomes, never an id of 78 digits', async () => {
    sources.found = [
      { ...BTC, symbol: YES, base: 'Yes', title: 'Will it rain? — Yes', tickSize: '0.01', prediction },
      { ...BTC, symbol: NO, base: 'No', title: 'Will it rain? — No', tickSize: '0.01', prediction },
    ];
    open('/settings?add=polymarket');
    type('Search instruments', 'https://polymarket.com/event/rain');
    const yes = await screen.findByRole('checkbox', { name: 'Will it rain? — Yes' });
    expect(screen.getAllByText('Will it rain?')).toHaveLength(1);
    fireEvent.click(yes);
    press('Remove Will it rain? — Yes');
    fireEvent.click(screen.getByRole('checkbox', { name: 'Will it rain? — No' }));
    expect(document.body.textContent).not.toMatch(/\d{30}/);
    expect(sources.searched.at(-1)).toBe('https://polymarket.com/event/rain');
    save();
    await waitFor(() => expect(sources.saved[0]?.instruments.map(({ symbol }) => symbol)).toEqual([NO]));
  });
});

describe('the connection test', () => {
  const failing = (cause: TestReport['cause'], failed: TestReport['failed']): TestReport => ({
    ok: false,
    passed: ['address'],
    failed,
    cause,
    detail: 'code 1006',
    roundTripMs: null,
  });

  it('tries what is typed, with the secrets typed, and says how long the way is', async () => {
    open('/settings?add=account');
    type('Address', 'http://far:5000');
    type('Token', 'jwt');
    sources.answer = {
      ok: true,
      passed: ['address', 'connect'],
      failed: null,
      cause: null,
      detail: null,
      roundTripMs: 23,
    };
    press('Test connection');
    expect(await screen.findByText('It works; round trip 23 ms.')).toBeTruthy();
    expect(sources.tested[0]?.config.url).toBe('http://far:5000');
    expect(sources.tested[0]?.secrets).toEqual({ token: 'jwt' });
    // Of another address it says nothing.
    type('Address', 'http://farther:5000');
    expect(screen.queryByText(/It works/)).toBeNull();
  });

  it.each([
    ['bad_address', 'address', /can be connected to/, /spelling/],
    ['blocked_by_policy', 'policy', /security policy/, /Save the source first/],
    ['not_saved', 'policy', /saved addresses only/, /Save the source first/],
    ['mixed_content', 'policy', /HTTPS/, /wss:\/\//],
    ['unreachable', 'connect', /Nothing can be reached/, /host and port/],
    ['origin_refused', 'connect', /refuses connections from this page/, /--allow-origin http/],
    ['timeout', 'connect', /No answer in time/, /running/],
    ['not_this_protocol', 'protocol', /does not speak/, /kind of source/],
    ['token_refused', 'sign_in', /refuses the token/, /new one/],
    ['token_missing', 'sign_in', /asks for a token/, /Choose “With a token”/],
    ['login_failed', 'sign_in', /sign-in was refused/, /user and password/],
    ['no_data', 'data', /no data has come/, /instruments/],
  ] as const)('explains %s and what to do', async (cause, failed, what, fix) => {
    open('/settings?add=push');
    sources.answer = failing(cause, failed);
    press('Test connection');
    const steps = await screen.findByRole('list', { name: 'Steps of the test' });
    expect(within(steps).getAllByRole('listitem')).toHaveLength(2);
    expect(within(steps).getByText('failed')).toBeTruthy();
    expect(screen.getByText(what)).toBeTruthy();
    expect(screen.getByText(fix)).toBeTruthy();
    expect(screen.getByText('It said: code 1006')).toBeTruthy();
  });

  it('leads through the engine where the browser may not go', async () => {
    open('/settings?add=push');
    sources.answer = failing('origin_refused', 'connect');
    press('Test connection');
    fireEvent.click(await screen.findByRole('button', { name: 'Go through the engine' }));
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Through the engine' }).checked).toBe(true);
  });

  it('tells of an engine that the page must be opened anew', async () => {
    open('/settings?add=engine');
    sources.answer = failing('blocked_by_policy', 'policy');
    press('Test connection');
    expect(await screen.findByText(/reload the page/)).toBeTruthy();
  });

  it('offers to load the page again, which alone connects it to what was saved since', async () => {
    const blocked = { reason: 'blocked by policy: the page’s policy forbids the address' } as const;
    const lab = config({ id: 'lab', name: 'Lab', kind: 'engine' });
    sources.set(
      sourceView(lab, { state: { phase: 'offline', ...blocked } }),
      // A worker of its own gets the new policy by itself.
      sourceView(config({ id: 'okx', name: 'OKX' }), { state: { phase: 'offline', ...blocked } }),
    );
    open();
    expect(screen.getByRole('alert').textContent).toMatch(/^Lab is saved/);
    expect(within(screen.getByRole('alert')).getByRole('button', { name: 'Reload page' })).toBeTruthy();
    act(() => sources.set(sourceView(lab)));
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

describe('signing in', () => {
  it('hands over a token, shows a refusal and stays until one is taken', async () => {
    const needs = { phase: 'needs_token', reason: 'token expired' } as const;
    sources.set(
      sourceView(config({ id: 'acc', name: 'Acc', kind: 'trading-socketio', auth: 'token' }), { state: needs }),
    );
    open();
    press('Enter token Acc');
    const dialog = await screen.findByRole('dialog', { name: 'Sign in to Acc' });
    expect(within(dialog).getByText('token expired')).toBeTruthy();
    expect(field('Token').type).toBe('password');
    sources.refusal = new Error('the server refused the token');
    type('Token', ' old ');
    press('Use token');
    expect((await within(dialog).findByRole('alert')).textContent).toBe('the server refused the token');
    type('Token', 'fresh');
    press('Use token');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(sources.authenticated).toEqual([{ id: 'acc', token: 'fresh' }]);
  });
});
