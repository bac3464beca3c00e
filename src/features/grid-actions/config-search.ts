import type { GridConfig } from '#protocol/shapes.ts';

/** A grid's parameters as the new-grid page's address: the form there is filled in with them. */
export function configSearch(config: GridConfig, venue: string): Record<string, string> {
  const { pair, mode: _mode, risk_enabled: _risk, venue: own, order_size, ...rest } = config;
  const plain = (value: string | number) => {
    const text = String(value);
    return typeof value === 'number' && text.includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') : text;
  };
  const given = Object.entries(rest).flatMap(([key, value]) => (value === undefined ? [] : [[key, plain(value)]]));
  return {
    pair: `${own ?? venue}:${pair}`,
    ...Object.fromEntries(given),
    ...(order_size !== undefined && { sizing: 'order_size', order_size: plain(order_size) }),
  };
}
