import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { SourceConfig } from '#domain/source.ts';
import { instrumentsOf } from '#venues/polymarket/instruments.ts';

/** M10: the settings of a source that from now on also watches a question: every outcome of it. */
export function watching(config: SourceConfig, market: PredictionMarket): SourceConfig {
  const known = new Set(config.instruments.map(({ symbol }) => symbol));
  const added = instrumentsOf(market).filter(({ symbol }) => !known.has(symbol));
  return { ...config, instruments: [...config.instruments, ...added] };
}
