/** What the private channels tell piece by piece, kept as the whole lists the desk shows: O14, O16. */
import type { AccountBalance, AccountEvent, AccountPosition, AssetBalance, VenueBot } from '#domain/account.ts';
import { isZero, toAsset, toBot, toFill, toOrder, toPosition, toTriggerOrder } from './parse-account.ts';
import { amountOf, isRecord, textOf, type Fields } from './fields.ts';
import type { OkxData } from './schema.ts';

type Rows = readonly Fields[];

export class KeptAccount {
  readonly #assets = new Map<string, AssetBalance>();
  readonly #positions = new Map<string, AccountPosition>();
  readonly #bots = new Map<string, VenueBot>();
  #total: string | undefined;
  #available: string | null = null;
  #used: string | null = null;

  /** `undefined`: not a channel of the account. */
  take(channel: string, frame: OkxData): AccountEvent[] | undefined {
    const rows = frame.data.filter(isRecord);
    // A list may come in pages; only the first page of a whole list clears what was known.
    const isUpdate = frame.eventType === 'event_update';
    const begins = !isUpdate && (frame.curPage === undefined || frame.curPage === 1);
    switch (channel) {
      case 'account':
        return this.#account(rows, begins);
      case 'positions':
        return this.#takePositions(rows, begins && frame.eventType === 'snapshot');
      case 'balance_and_position':
        return this.#balanceAndPosition(rows);
      case 'orders':
        return rows.flatMap(orderEvents);
      case 'orders-algo':
        return rows.flatMap((row) => {
          const order = toTriggerOrder(row);
          return order ? [{ type: 'order' as const, order }] : [];
        });
      case 'grid-orders-spot':
        return this.#takeBots(rows);
      default:
        return undefined;
    }
  }

  /** The channel was cut: what it tells next is the whole. */
  clear(channel: string): void {
    if (channel === 'account') this.#assets.clear();
    if (channel === 'positions') this.#positions.clear();
    if (channel === 'grid-orders-spot') this.#bots.clear();
  }

  #account(rows: Rows, begins: boolean): AccountEvent[] {
    if (begins) this.#assets.clear();
    for (const row of rows) {
      this.#total = amountOf(row['totalEq']) ?? this.#total;
      this.#available = amountOf(row['availEq']);
      this.#used = amountOf(row['imr']);
      for (const detail of recordsOf(row['details'])) {
        const asset = toAsset(detail);
        if (!asset) continue;
        if (isZero(asset.total)) this.#assets.delete(asset.currency);
        else this.#assets.set(asset.currency, asset);
      }
    }
    return this.#balance();
  }

  #balanceAndPosition(rows: Rows): AccountEvent[] {
    const positions: Fields[] = [];
    let hasBalance = false;
    for (const row of rows) {
      for (const { ccy, cashBal } of recordsOf(row['balData'])) {
        const [currency, total] = [textOf(ccy), amountOf(cashBal)];
        if (currency === '' || total === null) continue;
        hasBalance = true;
        if (isZero(total)) this.#assets.delete(currency);
        else this.#assets.set(currency, { currency, total, available: this.#assets.get(currency)?.available ?? null });
      }
      positions.push(...recordsOf(row['posData']));
    }
    return [
      ...(hasBalance ? this.#balance() : []),
      ...(positions.length > 0 ? this.#takePositions(positions, false) : []),
    ];
  }

  /** The total, in dollars, comes only with `account`. */
  #balance(): AccountEvent[] {
    if (this.#total === undefined) return [];
    const assets = Array.from(this.#assets.values());
    const balance: AccountBalance = {
      currency: 'USD',
      total: this.#total,
      available: this.#available,
      used: this.#used,
      assets,
    };
    return [{ type: 'balance', balance }];
  }

  #takePositions(rows: Rows, begins: boolean): AccountEvent[] {
    if (begins) this.#positions.clear();
    for (const row of rows) {
      const id = textOf(row['posId']) || `${textOf(row['instId'])} ${textOf(row['mgnMode'])} ${textOf(row['posSide'])}`;
      const position = toPosition(row, this.#positions.get(id));
      if (position === 'closed') this.#positions.delete(id);
      else if (position) this.#positions.set(id, position);
    }
    return [{ type: 'positions', positions: Array.from(this.#positions.values()) }];
  }

  #takeBots(rows: Rows): AccountEvent[] {
    for (const row of rows) {
      const bot = toBot(row);
      if (!bot) continue;
      if (bot.state === 'stopped') this.#bots.delete(bot.id);
      else this.#bots.set(bot.id, bot);
    }
    return [{ type: 'bots', bots: Array.from(this.#bots.values()) }];
  }
}

function orderEvents(row: Fields): AccountEvent[] {
  const order = toOrder(row);
  if (!order) return [];
  const fill = toFill(row);
  return fill
    ? [
        { type: 'order', order },
        { type: 'fill', fill },
      ]
    : [{ type: 'order', order }];
}

function recordsOf(value: unknown): Rows {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
