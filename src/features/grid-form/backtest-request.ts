/** What is typed, as a backtest over the engine's own candles of the instrument. */
import type { BacktestConfig } from '#protocol/backtest-shapes.ts';
import { gridConfig, type GridConfig } from '#protocol/shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { marketDataset } from '#stores/use-form-backtest.ts';
import { type GridDraft, toConfig } from './draft.ts';

const DAY_MS = 86_400_000;
export const BACKTEST_DAYS = 30;
/** What the paper account's market orders slip by. */
const SLIPPAGE = 0.0005;
/** What no backtest has. */
const LIVE_FIELDS: ReadonlySet<string> = new Set<keyof GridConfig>(['pair', 'venue', 'name', 'mode', 'risk_enabled']);

/** The beginning of the UTC day so many days ago, ms: as the page of backtests names days, so that both use the same rows. */
export function backtestFrom(now: number): number {
  return Math.floor(now / DAY_MS - BACKTEST_DAYS) * DAY_MS;
}

/** `undefined`: what is typed is no grid yet, or its instrument is none of our engine's. */
export function backtestOf(
  draft: GridDraft,
  instrument: ListedInstrument | undefined,
  from: number,
): BacktestConfig | undefined {
  const parsed = gridConfig.safeParse(toConfig(draft));
  if (!parsed.success || !instrument || instrument.venue.includes('.')) return undefined;
  const params = Object.entries(parsed.data).flatMap(([field, value]) =>
    LIVE_FIELDS.has(field) || value === undefined ? [] : [[field, value] as const],
  );
  const { venue, symbol, tickSize, lotSize, minSize, minNotional, makerFee, takerFee, feeCurrency } = instrument;
  return {
    strategy: 'grid',
    params: Object.fromEntries(params),
    data: { dataset: marketDataset(venue, symbol), start_date: new Date(from).toISOString().slice(0, 10) },
    config: { slippage: SLIPPAGE },
    instrument: {
      tick_size: tickSize,
      lot_size: lotSize,
      min_size: minSize,
      min_notional: minNotional,
      maker_fee: makerFee,
      taker_fee: takerFee,
      fee_currency: feeCurrency,
    },
  };
}
