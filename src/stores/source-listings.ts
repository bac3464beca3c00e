/** Instruments of a venue source as lists show them. */
import { type SourceConfig, type SourceInstrument, venueOf } from '#domain/source.ts';
import type { ListedInstrument } from './source-types.ts';

/** What a source of a kind never has. */
const WITHOUT_BOOK: readonly SourceConfig['kind'][] = ['trading-socketio'];

export function listInstrument(
  { id, kind }: Pick<SourceConfig, 'id' | 'kind'>,
  instrument: SourceInstrument,
): ListedInstrument {
  return {
    ...instrument,
    venue: venueOf(id, kind),
    simulated: false,
    ...(WITHOUT_BOOK.includes(kind) && { has_book: false }),
  };
}

/** Those that were chosen in the source's settings. */
export function listConfigured(config: SourceConfig): readonly ListedInstrument[] {
  return config.instruments.map((instrument) => listInstrument(config, instrument));
}
