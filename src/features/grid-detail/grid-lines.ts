/** A grid's working orders and limits as lines for its chart. */
import type { GridLine } from '#charts/grid-lines.ts';
import type { GridView, OrderView } from '#protocol/shapes.ts';

export interface LineTexts {
  readonly price: (price: number) => string;
  readonly stopLoss: string;
  readonly takeProfit: string;
}

export function gridLines(
  { config }: Pick<GridView, 'config'>,
  orders: readonly OrderView[],
  texts: LineTexts,
): readonly GridLine[] {
  const lines = new Map<number, GridLine>();
  const add = (line: GridLine) => lines.set(line.price, line);
  for (const price of [config.lower_price, config.upper_price]) {
    add({ price, side: null, edge: true, label: texts.price(price) });
  }
  if (config.stop_loss !== undefined) {
    const label = `${texts.stopLoss} ${texts.price(config.stop_loss)}`;
    add({ price: config.stop_loss, side: null, edge: true, label });
  }
  if (config.take_profit !== undefined) {
    const label = `${texts.takeProfit} ${texts.price(config.take_profit)}`;
    add({ price: config.take_profit, side: null, edge: true, label });
  }
  for (const { price, side } of orders) {
    add({ price, side, edge: lines.get(price)?.edge ?? false, label: texts.price(price) });
  }
  return [...lines.values()].sort((a, b) => a.price - b.price);
}
