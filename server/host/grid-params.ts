/** The protocol's grid configuration → the core's: JSON numbers become the decimals they show. */
import { decimal, formatDecimal } from '#domain/decimal.ts';
import type { GridParams, GridParamsPatch } from '#engine/events.ts';
import { ProtocolError, type FieldIssue } from '#protocol/errors.ts';
import type { GridConfig, GridConfigPatch } from '#protocol/shapes.ts';

/** A JSON number by its shortest representation: `0.1` is one tenth, `1e-7` is `0.0000001`. */
function text(value: number): string {
  return formatDecimal(decimal(value));
}

export function toGridParams(config: GridConfig, defaultVenue: string): GridParams {
  const { order_size, investment, take_profit_pct, trigger_price, stop_loss, take_profit } = config;
  return {
    pair: config.pair,
    venue: config.venue ?? defaultVenue,
    upper_price: text(config.upper_price),
    lower_price: text(config.lower_price),
    grid_count: config.grid_count,
    ...(config.spacing !== undefined && { spacing: config.spacing }),
    ...(order_size !== undefined && { order_size: text(order_size) }),
    ...(investment !== undefined && { investment: text(investment) }),
    ...(take_profit_pct !== undefined && { take_profit_pct: text(take_profit_pct) }),
    ...(trigger_price !== undefined && { trigger_price: text(trigger_price) }),
    ...(stop_loss !== undefined && { stop_loss: text(stop_loss) }),
    ...(take_profit !== undefined && { take_profit: text(take_profit) }),
    ...(config.fill_model !== undefined && { fill_model: config.fill_model }),
    ...(config.risk_enabled !== undefined && { risk_enabled: config.risk_enabled }),
    ...(config.name !== undefined && { name: config.name }),
    mode: 'paper',
  };
}

/** Throws `VALIDATION_ERROR` where the patch would move the grid to another market. */
export function toGridParamsPatch(patch: GridConfigPatch, current: GridParams | undefined): GridParamsPatch {
  const fixed = (['pair', 'venue'] as const).filter(
    (path) => current && patch[path] !== undefined && patch[path] !== current[path],
  );
  const issues: FieldIssue[] = fixed.map((path) => ({
    path,
    message: 'cannot be changed on a running grid; start another one',
    code: 'fixed',
  }));
  if (patch.mode !== undefined && patch.mode !== 'paper') {
    issues.push({ path: 'mode', message: 'this engine trades on paper only', code: 'paper_only' });
  }
  if (issues.length > 0) throw new ProtocolError('VALIDATION_ERROR', 'these fields cannot be changed so', issues);

  const { upper_price, lower_price, grid_count, spacing, take_profit_pct, fill_model, risk_enabled, name } = patch;
  const { order_size, investment, trigger_price, stop_loss, take_profit } = patch;
  return {
    ...(upper_price !== undefined && { upper_price: text(upper_price) }),
    ...(lower_price !== undefined && { lower_price: text(lower_price) }),
    ...(grid_count !== undefined && { grid_count }),
    ...(spacing !== undefined && { spacing }),
    ...(take_profit_pct !== undefined && { take_profit_pct: text(take_profit_pct) }),
    ...(fill_model !== undefined && { fill_model }),
    ...(risk_enabled !== undefined && { risk_enabled }),
    ...(name !== undefined && { name }),
    ...(order_size !== undefined && { order_size: orNull(order_size) }),
    ...(investment !== undefined && { investment: orNull(investment) }),
    ...(trigger_price !== undefined && { trigger_price: orNull(trigger_price) }),
    ...(stop_loss !== undefined && { stop_loss: orNull(stop_loss) }),
    ...(take_profit !== undefined && { take_profit: orNull(take_profit) }),
  };
}

function orNull(value: number | null): string | null {
  return value === null ? null : text(value);
}
