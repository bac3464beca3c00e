import { useFreshness } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { exchangesStore, type ExchangeState } from '#stores/exchanges.ts';
import { Chip } from '#ui/chip.tsx';
import { venueName } from '#ui/format/venue-name.ts';
import { lazyPart } from '#ui/i18n/lazy-part.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { roundTrip } from './describe.ts';
import styles from './source-chips.module.css';

const { Component: VenueDetails } = lazyPart(
  () => import('./source-details.tsx').then((module) => module.VenueDetails),
  'desk',
);

/** One chip a venue that the engine trades on. */
export function VenueChips() {
  const exchanges = useSelect(exchangesStore, (state) => state.exchanges);
  return exchanges.map((exchange) => <VenueChip key={exchange.venue} exchange={exchange} />);
}

function VenueChip({ exchange }: { readonly exchange: ExchangeState }) {
  const t = useT();
  const up = exchange.event === 'connected';
  // Cut off from the engine, nobody knows of the engine's venues.
  const known = useFreshness() === 'live';
  const text = up ? (roundTrip(exchange.latency_ms) ?? t('frame.state_live')) : t('frame.offline');
  return (
    <Chip
      name={venueName(exchange.venue)}
      tone={known ? (up ? 'up' : 'down') : 'neutral'}
      text={known ? text : '–'}
      className={styles['venue']}
    >
      {(anchor, close) => <VenueDetails anchor={anchor} onClose={close} exchange={exchange} />}
    </Chip>
  );
}
