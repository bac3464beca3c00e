import { describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/random.ts';
import type { ExchangeEvent } from '#protocol/shapes.ts';
import { type BusEvent, InProcessBus } from '#server/bus.ts';
import { loadConfig } from '#server/config/load-config.ts';
import { AccountFills } from '#server/storage/account-fills.ts';
import { openDatabase } from '#server/storage/database.ts';
import { createSocketPair } from '#testing/socket-pair.ts';
import { OkxServer } from '#testing/venues/okx-server.ts';
import { PolymarketServer } from '#testing/venues/polymarket-server.ts';
import { openSocketOver } from '#testing/venues/venue-network.ts';
import { VirtualTimers } from '#testing/virtual-timers.ts';
import { okxConnects } from '#venues/okx/session.ts';
import { connectAccounts } from './connect-accounts.ts';

const OKX_KEY = { secret: 'okx-secret', passphrase: 'okx-pass' };
const POLYMARKET_KEY = { apiKey: 'poly-key', secret: 'poly-secret', passphrase: 'poly-pass' };
const ENV = {
  GRIDDESK_OKX_API_KEY: 'okx-key',
  GRIDDESK_OKX_API_SECRET: OKX_KEY.secret,
  GRIDDESK_OKX_API_PASSPHRASE: OKX_KEY.passphrase,
  GRIDDESK_POLYMARKET_API_KEY: POLYMARKET_KEY.apiKey,
  GRIDDESK_POLYMARKET_API_SECRET: POLYMARKET_KEY.secret,
  GRIDDESK_POLYMARKET_API_PASSPHRASE: POLYMARKET_KEY.passphrase,
};

/** Both venues on one network in virtual time. */
function setUp(env: Readonly<Record<string, string>> = {}) {
  const timers = new VirtualTimers();
  const network = createSocketPair(seededRandom(1), timers);
  const okx = new OkxServer({ timers, depth: 5, keys: { 'okx-key': OKX_KEY } });
  const polymarket = new PolymarketServer({ timers, keys: [POLYMARKET_KEY] });
  const urls: string[] = [];
  network.onConnection = (socket) => {
    urls.push(socket.url);
    if (socket.url.includes('/v5/')) okx.accept(socket);
    else polymarket.accept(socket);
  };
  const bus = new InProcessBus();
  const events: BusEvent[] = [];
  bus.onEvent((event) => events.push(event));
  const logs: string[] = [];
  const accounts = connectAccounts(loadConfig({ flags: {}, env: { ...ENV, ...env } }), {
    bus,
    timers,
    random: seededRandom(2),
    openSocket: openSocketOver(network),
    okxConnects: okxConnects(timers),
    fills: new AccountFills(openDatabase(':memory:')),
    log: (level, source, message) => logs.push(`${level} ${source} ${message}`),
  });
  const status = (venue: string) =>
    bus
      .currents('system.exchange')
      .map(({ data }) => data as ExchangeEvent)
      .find((each) => each.venue === venue);
  return { timers, okx, polymarket, urls, bus, events, logs, accounts, status };
}

describe('connectAccounts', () => {
  it('O1, O2, M1: connects to the private, business and user channels of the configured venues', async () => {
    const { accounts, timers, urls, status, okx, polymarket } = setUp();
    accounts.start();
    await timers.advance(11_000);
    expect(urls.toSorted()).toEqual([
      'wss://ws-subscriptions-clob.polymarket.com/ws/user',
      'wss://ws.okx.com:8443/ws/v5/business',
      'wss://ws.okx.com:8443/ws/v5/private',
    ]);
    expect(status('okx-account')).toMatchObject({ state: 'connected' });
    expect(status('polymarket-account')).toMatchObject({ state: 'connected' });
    expect(accounts.components()).toEqual({ 'account.okx-account': 'up', 'account.polymarket-account': 'up' });
    expect([okx.violations, polymarket.violations]).toEqual([[], []]);
    accounts.close();
    await timers.advance(1);
    expect([okx.connections.length, polymarket.connections.length]).toEqual([0, 0]);
  });

  it('O1: demo is another host, a configured address goes before both', async () => {
    const demo = setUp({ GRIDDESK_OKX_DEMO: 'on' });
    demo.accounts.start();
    await demo.timers.advance(5_000);
    expect(demo.urls).toContain('wss://wspap.okx.com:8443/ws/v5/private');
    const regional = setUp({ GRIDDESK_OKX_DEMO: 'on', GRIDDESK_OKX_URL: 'wss://wseea.okx.com:8443' });
    regional.accounts.start();
    await regional.timers.advance(5_000);
    expect(regional.urls).toContain('wss://wseea.okx.com:8443/ws/v5/private');
  });

  it('leaves a venue without credentials alone', async () => {
    const none = Object.fromEntries(Object.keys(ENV).map((name) => [name, '']));
    const { accounts, timers, urls, events } = setUp(none);
    accounts.start();
    await timers.advance(60_000);
    expect([urls, events, accounts.configured]).toEqual([[], [], 0]);
  });

  it.each([
    ['O8', 'okx-account', 'GRIDDESK_OKX_API_PASSPHRASE', '60024 Wrong passphrase'],
    ['O8', 'okx-account', 'GRIDDESK_OKX_API_SECRET', '60007 Invalid sign'],
    ['O8', 'okx-account', 'GRIDDESK_OKX_API_KEY', "60032 API key doesn't exist"],
    ['M12', 'polymarket-account', 'GRIDDESK_POLYMARKET_API_PASSPHRASE', 'Unauthorized'],
  ])('%s: %s with a wrong %s is an error with the venue’s words, not tried again', async (_id, venue, name, words) => {
    const { accounts, timers, urls, status, events, logs } = setUp({ [name]: 'not-this-one' });
    accounts.start();
    await timers.advance(15_000);
    expect(status(venue)).toMatchObject({ state: 'error', reason: words });
    const connections = urls.length;
    const told = () => events.filter(({ data }) => (data as ExchangeEvent).venue === venue);
    // It never looked connected.
    expect(told().map(({ event }) => event)).not.toContain('connected');
    await timers.advance(6 * 3_600_000);
    expect(urls).toHaveLength(connections);
    expect(logs.filter((line) => line.startsWith(`error account.${venue}`))).toEqual([
      `error account.${venue} error: ${words}`,
    ]);
    expect(accounts.components()[`account.${venue}`]).toBe('down');
    expect(accounts.connected).toBe(1);
  });

  it('a venue that quotes what it refuses does not get it into the log', async () => {
    const { accounts, timers, okx, polymarket, status, logs, events } = setUp();
    accounts.start();
    await timers.advance(10);
    okx.broadcast(
      JSON.stringify({ event: 'error', code: '60012', msg: 'no: okx-key, okx-secret, okx-pass', connId: 'a' }),
    );
    polymarket.closeAll(1008, 'no key poly-key with poly-secret and poly-pass');
    await timers.advance(10);
    expect(status('polymarket-account')?.state).toBe('error');
    expect(logs).toContainEqual(expect.stringContaining('60012 no: …, …, …'));
    const said = JSON.stringify([logs, events]);
    const secrets = ['okx-key', ...Object.values(OKX_KEY), ...Object.values(POLYMARKET_KEY)];
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  });

  it('O7: a cut is told with its reason, and passes', async () => {
    const { accounts, timers, okx, status, logs } = setUp();
    accounts.start();
    await timers.advance(5_000);
    expect(status('okx-account')?.state).toBe('connected');
    okx.closeAll(4006);
    await timers.advance(1);
    expect(status('okx-account')).toMatchObject({ state: 'disconnected', reason: expect.stringContaining('4006') });
    await timers.advance(20_000);
    expect(status('okx-account')).toMatchObject({ state: 'connected', reconnects: 2 });
    expect(status('okx-account')).not.toHaveProperty('reason');
    expect(logs.filter((line) => line.includes('okx')).map((line) => line.split(' ')[0])).toEqual([
      'info',
      'warn',
      'info',
    ]);
  });
});
