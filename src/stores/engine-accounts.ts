/** The accounts an engine tells of, one a venue, kept from its `account.*` channels. */
import type { AccountEvent } from '#domain/account.ts';
import type { ProtocolClient } from '#client/types.ts';
import { applyAccountEvent, NO_FIGURES, type AccountFigures } from './account-book.ts';
import { balanceOf, botOf, fillOf, orderOf, pnlOf, pnlOfBalance, positionOf } from './account-events.ts';

export interface EngineAccount {
  /** The engine's own name of it. */
  readonly venue: string;
  readonly figures: AccountFigures;
  /** The engine's own, of simulated money. */
  readonly paper: boolean;
  /** The engine's connection to this account's venue is down: these are the last known figures. */
  readonly stale: boolean;
}

export class EngineAccounts {
  readonly #accounts = new Map<string, Omit<EngineAccount, 'stale'>>();
  /** Venues to which the engine has no connection. */
  readonly #down = new Set<string>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get all(): readonly EngineAccount[] {
    // A paper account is the engine's own, whatever becomes of the prices.
    return [...this.#accounts.values()].map((account) => ({
      ...account,
      stale: !account.paper && this.#down.has(account.venue),
    }));
  }

  /** Follows a client's channels until the returned function is called. */
  follow(client: ProtocolClient): () => void {
    const stops = [
      client.subscribe('account.*.balance', ({ data }) => {
        // Equity only stands in a paper account's balance.
        this.#apply(data.venue, { type: 'balance', balance: balanceOf(data) }, data.equity !== undefined);
        const pnl = pnlOfBalance(data);
        // The channel of its own tells more.
        if (pnl && this.#of(data.venue).figures.pnl?.realized == null) this.#apply(data.venue, { type: 'pnl', pnl });
      }),
      client.subscribe('account.*.positions', ({ channel, data }) =>
        this.#apply(venueIn(channel), { type: 'positions', positions: data.map(positionOf) }),
      ),
      client.subscribe('account.*.pnl', ({ channel, data }) => {
        const venue = venueIn(channel);
        const currency = this.#of(venue).figures.balance?.currency ?? '';
        this.#apply(venue, { type: 'pnl', pnl: pnlOf(data, currency) });
      }),
      client.subscribe('account.*.orders', ({ channel, data }) =>
        this.#apply(venueIn(channel), { type: 'orders', orders: data.map(orderOf) }),
      ),
      client.subscribe('account.*.fills', ({ channel, data }) =>
        this.#apply(venueIn(channel), { type: 'fill', fill: fillOf(data) }),
      ),
      client.subscribe('account.*.bots', ({ channel, data }) =>
        this.#apply(venueIn(channel), { type: 'bots', bots: data.map(botOf) }),
      ),
      client.subscribe('system.exchange', ({ data, event }) => {
        const wasDown = this.#down.has(data.venue);
        if (event === 'connected') this.#down.delete(data.venue);
        else this.#down.add(data.venue);
        if (this.#down.has(data.venue) !== wasDown) this.#changed();
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  #of(venue: string): Omit<EngineAccount, 'stale'> {
    return this.#accounts.get(venue) ?? { venue, figures: NO_FIGURES, paper: false };
  }

  #apply(venue: string, event: AccountEvent, paper = false): void {
    const account = this.#of(venue);
    this.#accounts.set(venue, {
      venue,
      figures: applyAccountEvent(account.figures, event),
      paper: account.paper || paper,
    });
    this.#changed();
  }
}

/** `account.okx.orders` → `okx`. */
function venueIn(channel: string): string {
  return channel.split('.')[1] ?? '';
}
