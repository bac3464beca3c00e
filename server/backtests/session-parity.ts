/** A replayed session against what the live one is known to have done: to the digit, or the first difference by name. */
import { addDecimals, decimal, formatDecimal, type Decimal } from '#domain/decimal.ts';
import type { SessionOutcome } from '#engine/backtest/session.ts';
import type { SessionParity } from '#protocol/backtest-shapes.ts';
import type { SessionKind, SessionRecords } from '#server/storage/session-records.ts';

type Row = Readonly<Record<string, unknown>>;

const ORDER_FIELDS = ['level', 'side', 'price', 'amount', 'state', 'placed_at', 'updated_at'] as const;
const FILL_FIELDS = [
  'trade_id',
  'ts',
  'order_id',
  'level',
  'side',
  'price',
  'amount',
  'fee',
  'fee_currency',
  'realized_pnl',
  'position_after',
  'liquidity',
] as const;
const SIGNAL_FIELDS = ['number', 'ts', 'side', 'price', 'bar'] as const;
const STATES = { placed: 'open', filled: 'filled', cancelled: 'cancelled' } as const;

export function parityOf(
  id: string,
  kind: SessionKind,
  outcome: SessionOutcome,
  records: SessionRecords,
): SessionParity {
  const { effects, figures } = outcome;
  const recordedFills: Row[] = (kind === 'grid' ? records.fills(id) : records.strategyFills(id)).map(row);
  const fills = effects.filter(({ type }) => type === (kind === 'grid' ? 'trade' : 'strategy_trade')).map(row);
  const recordedOrders = kind === 'grid' ? records.orders(id).map(row) : [];
  const orders = kind === 'grid' ? ordersOf(effects) : [];
  const recordedSignals: Row[] = kind === 'strategy' ? records.signals(id).map(row) : [];
  const signals = effects.filter(({ type }) => type === 'signal').map(row);
  const recordedPnl = sumOf(recordedFills, 'realized_pnl');
  const pnl = figures['realized_pnl'] ?? '0';
  const difference =
    listDifference('fill', 'trade_id', FILL_FIELDS, recordedFills, fills) ??
    listDifference('order', 'order_id', ORDER_FIELDS, byOrder(recordedOrders), byOrder(orders)) ??
    listDifference('signal', 'number', SIGNAL_FIELDS, recordedSignals, signals) ??
    (recordedPnl === pnl ? undefined : `realized PnL: recorded ${recordedPnl}, replayed ${pnl}`);
  return {
    id,
    kind,
    identical: difference === undefined,
    orders: recordedOrders.length,
    fills: recordedFills.length,
    signals: recordedSignals.length,
    realized_pnl: recordedPnl,
    ...(difference !== undefined && { difference }),
  };
}

/** In words. */
export function describeParity(parity: SessionParity): string {
  const { kind, identical, orders, fills, signals, realized_pnl, difference } = parity;
  if (!identical) return `not identical: ${difference ?? ''}`;
  const first = kind === 'grid' ? `${orders} orders` : `${signals} signals`;
  return `identical: ${first}, ${fills} fills, realized PnL ${realized_pnl} to the digit`;
}

/** The last state of each order, as the table keeps it. */
function ordersOf(effects: SessionOutcome['effects']): Row[] {
  const orders = new Map<string, Row>();
  for (const effect of effects) {
    if (effect.type !== 'order') continue;
    const { order_id, level, side, price, amount, ts, event } = effect;
    const known = orders.get(order_id);
    const placed_at = known ? known['placed_at'] : ts;
    const first = known ?? { order_id, level, side, price, amount };
    orders.set(order_id, { ...first, placed_at, state: STATES[event], updated_at: ts });
  }
  return [...orders.values()];
}

function byOrder(rows: readonly Row[]): Row[] {
  const number = (each: Row) => Number(/\d+$/.exec(String(each['order_id']))?.[0] ?? 0);
  return rows.toSorted((a, b) => number(a) - number(b));
}

function listDifference(
  what: string,
  name: string,
  fields: readonly string[],
  recorded: readonly Row[],
  replayed: readonly Row[],
): string | undefined {
  for (let index = 0; index < Math.max(recorded.length, replayed.length); index += 1) {
    const [left, right] = [recorded[index], replayed[index]];
    const called = `${what} ${String((left ?? right)?.[name])}`;
    if (!left) return `${called} was not recorded: ${shown(right, fields)}`;
    if (!right) return `${called} was not replayed: ${shown(left, fields)}`;
    if (left[name] !== right[name]) return `${called}: the replay has ${what} ${String(right[name])} in its place`;
    for (const field of fields) {
      if (left[field] === right[field]) continue;
      return `${called}, ${field}: recorded ${String(left[field])}, replayed ${String(right[field])}`;
    }
  }
  return undefined;
}

function shown(each: Row | undefined, fields: readonly string[]): string {
  return fields
    .filter((field) => ['side', 'amount', 'price', 'ts', 'state'].includes(field))
    .map((field) => `${field} ${String(each?.[field])}`)
    .join(', ');
}

function row(value: object): Row {
  return Object.fromEntries(Object.entries(value));
}

function sumOf(rows: readonly Row[], field: string): string {
  let sum: Decimal = decimal('0');
  for (const each of rows) sum = addDecimals(sum, decimal(String(each[field])));
  return formatDecimal(sum);
}
