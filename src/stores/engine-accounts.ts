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
}

export class EngineAccounts {
  readonly #accounts = new Map<string, EngineAccount>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get all(): readonly EngineAccount[] {
    return [...this.#accounts.values()];
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
    ];
    return () => stops.forEach((stop) => stop());
  }

  #of(venue: string): EngineAccount {
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
