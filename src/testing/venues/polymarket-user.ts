/** A scripted Polymarket account: what is done to it, the user channel tells (M13). */
import type { Timers } from '#domain/clock.ts';
import { addDecimals, compareDecimals, decimal, formatDecimal } from '#domain/decimal.ts';
import type { Question } from './polymarket-questions.ts';
import type { Fields } from './venue-socket.ts';

export interface PolymarketKey {
  readonly apiKey: string;
  readonly secret: string;
  readonly passphrase: string;
}

export type TradeStatus = 'MATCHED' | 'MATCHED_NOT_BROADCASTED' | 'MINED' | 'CONFIRMED' | 'RETRYING' | 'FAILED';

const OWNER = '00000000-0000-0000-0000-000000000001';
const MAKER = '00000000-0000-0000-0000-000000000002';

export class PolymarketUser {
  readonly #timers: Timers;
  readonly #orders = new Map<string, Fields>();
  readonly #trades = new Map<string, Fields>();
  #ids = 0;
  /** The server listens here. */
  onPush: (message: Fields) => void = () => undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get openOrders(): readonly string[] {
    return [...this.#orders].filter(([, { status }]) => status === 'LIVE').map(([id]) => id);
  }

  place(question: Question, outcome: 0 | 1, side: 'BUY' | 'SELL', price: string, size: string): string {
    const id = `0x${String((this.#ids += 1)).padStart(64, '1')}`;
    this.#order(id, {
      event_type: 'order',
      asset_id: question.tokens[outcome],
      associate_trades: null,
      // M13: seconds here, ms below.
      created_at: String(Math.floor(this.#timers.now() / 1_000)),
      expiration: '0',
      id,
      maker_address: '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266',
      market: question.conditionId,
      order_owner: OWNER,
      order_type: 'GTC',
      original_size: size,
      outcome: question.outcomes[outcome],
      owner: OWNER,
      price,
      side,
      size_matched: '0',
      status: 'LIVE',
      type: 'PLACEMENT',
    });
    return id;
  }

  /** Part of an order is matched; returns the id of the trade, which then advances. */
  match(orderId: string, size: string, status: TradeStatus = 'MATCHED'): string {
    const order = this.#known(this.#orders, orderId);
    const id = `trade-${(this.#ids += 1)}`;
    const matched = formatDecimal(addDecimals(decimal(String(order['size_matched'])), decimal(size)));
    const isWhole = compareDecimals(decimal(matched), decimal(String(order['original_size']))) >= 0;
    const seconds = String(Math.floor(this.#timers.now() / 1_000));
    this.#trade(id, {
      event_type: 'trade',
      asset_id: order['asset_id'],
      bucket_index: 0,
      fee_rate_bps: '0',
      id,
      last_update: seconds,
      maker_orders: [
        {
          asset_id: order['asset_id'],
          fee_rate_bps: '0',
          maker_address: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
          matched_amount: size,
          order_id: `0xmaker${id}`,
          outcome: order['outcome'],
          owner: MAKER,
          price: order['price'],
        },
      ],
      market: order['market'],
      match_time: seconds,
      outcome: order['outcome'],
      owner: OWNER,
      price: order['price'],
      side: order['side'],
      size,
      status,
      taker_order_id: orderId,
      trade_owner: OWNER,
      trader_side: 'TAKER',
      type: 'TRADE',
    });
    this.#order(orderId, {
      ...order,
      associate_trades: [id],
      size_matched: matched,
      status: isWhole ? 'MATCHED' : 'LIVE',
      type: 'UPDATE',
    });
    return id;
  }

  advance(tradeId: string, status: TradeStatus): void {
    const last_update = String(Math.floor(this.#timers.now() / 1_000));
    this.#trade(tradeId, { ...this.#known(this.#trades, tradeId), status, last_update });
  }

  /** `status`: also free text (`CANCELED_MARKET_RESOLVED`). */
  cancel(orderId: string, status = 'CANCELED'): void {
    this.#order(orderId, { ...this.#known(this.#orders, orderId), status, type: 'CANCELLATION' });
  }

  #known(map: ReadonlyMap<string, Fields>, id: string): Fields {
    const found = map.get(id);
    if (!found) throw new Error(`nothing with the id ${id}`);
    return found;
  }

  #order(id: string, order: Fields): void {
    this.#orders.set(id, order);
    if (this.#orders.size > 500) this.#orders.delete([...this.#orders.keys()][0] ?? '');
    this.onPush({ ...order, timestamp: String(this.#timers.now()) });
  }

  #trade(id: string, trade: Fields): void {
    this.#trades.set(id, trade);
    if (this.#trades.size > 500) this.#trades.delete([...this.#trades.keys()][0] ?? '');
    this.onPush({ ...trade, timestamp: String(this.#timers.now()) });
  }
}
