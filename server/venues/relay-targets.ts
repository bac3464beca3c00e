/** Where the engine may lead to: the addresses of sources, and which of them nobody has to vouch for. */
import type { StoredSource } from '#server/storage/sources.ts';
import { baseOf as okxBaseOf } from '#venues/okx/address.ts';
import { baseOf as polymarketBaseOf } from '#venues/polymarket/wire.ts';

/** O2, M1: what lies behind a venue's base address and is public. The first is meant where none is named. */
const PATHS: Readonly<Record<StoredSource['kind'], readonly string[]>> = {
  okx: ['/ws/v5/public', '/ws/v5/business'],
  polymarket: ['/ws/market'],
  // T1: sessions need no polling through us.
  'trading-socketio': ['/socket.io/?EIO=4&transport=websocket'],
  push: [''],
  engine: [''],
};

/** A source by the base of its venue's address, where somebody has copied that with its path. */
export function atBase<S extends Pick<StoredSource, 'kind' | 'url'>>(source: S): S {
  if (source.kind === 'okx') return { ...source, url: okxBaseOf(source.url) };
  return source.kind === 'polymarket' ? { ...source, url: polymarketBaseOf(source.url) } : source;
}

/** The upstream address for `path`, which names one of the source's; `undefined`: it has no such. */
export function relayTarget(source: Pick<StoredSource, 'kind' | 'url'>, path?: string): string | undefined {
  const base = source.url.replace(/^http/, 'ws').replace(/\/$/, '');
  const targets = PATHS[source.kind].map((end) => (end === '' ? source.url : base + end));
  if (path === undefined) return targets[0];
  return targets.find((target) => samePath(new URL(target), path));
}

/** As the path of the whole address; a query of its own may be left out. */
function samePath({ pathname, search }: URL, path: string): boolean {
  return path === pathname + search || path === pathname;
}

/** P5, Z2: a token may travel in the address; nothing else of a query is passed on. */
export function withToken(target: string, kind: StoredSource['kind'], token: string | null): string {
  if (token === null || (kind !== 'push' && kind !== 'engine')) return target;
  const url = new URL(target);
  url.searchParams.set('token', token);
  return url.href;
}

/** A venue's own host, which a trader may use through the engine; any other address needs an admin's word. */
export function isVenuesOwn({ kind, url }: Pick<StoredSource, 'kind' | 'url'>, configured: readonly string[]): boolean {
  const { protocol, hostname, port, origin, pathname, search } = new URL(url);
  // Its paths are put behind the base: with one of its own it would lead to whatever else is on that host.
  if (pathname !== '/' || search !== '') return false;
  if (kind === 'okx' && configured.some((each) => new URL(each).origin === origin)) return true;
  if (protocol !== 'wss:') return false;
  if (kind === 'okx') return port === '8443' && /^ws[a-z]*\.okx\.com$/.test(hostname);
  return kind === 'polymarket' && port === '' && hostname === 'ws-subscriptions-clob.polymarket.com';
}
