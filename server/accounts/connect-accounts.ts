/** The venues' own accounts, of which the engine has credentials. Whatever it trades on itself, these are only shown. */
import type { Config } from '#server/config/schema.ts';
import { okxCredentials, polymarketCredentials } from '#server/config/credentials.ts';
import { okxUrl } from '#server/markets/okx/okx-url.ts';
import type { RateBudget } from '#venues/kit/rate-budget.ts';
import { createOkxSession } from '#venues/okx/session.ts';
import { createPolymarketSession } from '#venues/polymarket/session.ts';
import { AccountLink, type AccountLinkPorts } from './account-link.ts';

/** Not `okx`: that is the engine's paper account on that venue's prices. */
const OKX_ACCOUNT = 'okx-account';
const POLYMARKET_ACCOUNT = 'polymarket-account';

export interface VenueAccounts {
  /** For the health report: `account.okx-account` and whether it is up. */
  components(): Readonly<Record<string, 'up' | 'down'>>;
  readonly configured: number;
  readonly connected: number;
  start(): void;
  close(): void;
}

export interface VenueAccountPorts extends AccountLinkPorts {
  /** O5: shared with the market's session. */
  readonly okxConnects: RateBudget;
}

/** Nothing connects before `start`; venues without credentials are left alone. */
export function connectAccounts(config: Config, ports: VenueAccountPorts): VenueAccounts {
  const links: AccountLink[] = [];
  const okx = okxCredentials(config);
  if (okx) {
    // O14 on the private URL, O16 on the business one.
    const options = {
      url: okxUrl(config),
      venue: OKX_ACCOUNT,
      instruments: [],
      credentials: okx,
      connects: ports.okxConnects,
    };
    links.push(
      new AccountLink(
        { venue: OKX_ACCOUNT, credentials: okx, open: (session) => createOkxSession(options, session) },
        ports,
      ),
    );
  }
  const polymarket = polymarketCredentials(config);
  if (polymarket) {
    // M12: no markets named, so all of them.
    const url = config.polymarket_url;
    const options = { url, venue: POLYMARKET_ACCOUNT, instruments: [], credentials: polymarket };
    links.push(
      new AccountLink(
        {
          venue: POLYMARKET_ACCOUNT,
          credentials: polymarket,
          open: (session) => createPolymarketSession(options, session),
        },
        ports,
      ),
    );
  }
  return {
    components: () =>
      Object.fromEntries(links.map(({ venue, isConnected }) => [`account.${venue}`, isConnected ? 'up' : 'down'])),
    get configured() {
      return links.length;
    },
    get connected() {
      return links.filter(({ isConnected }) => isConnected).length;
    },
    start: () => links.forEach((link) => link.start()),
    close: () => links.forEach((link) => link.close()),
  };
}
