import type { ReactNode } from 'react';
import { connectionStore, useFreshness } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { exchangesStore, type ExchangeState } from '#stores/exchanges.ts';
import { Chip } from '#ui/chip.tsx';
import { lazyPart } from '#ui/i18n/lazy-part.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { useNow } from '#ui/use-now.ts';
import { describe, roundTrip } from './describe.ts';
import { venueName } from '#ui/format/venue-name.ts';
import styles from './source-chips.module.css';

const details = () => import('./source-details.tsx');
const { Component: EngineDetails } = lazyPart(() => details().then((module) => module.EngineDetails), 'desk');
const { Component: VenueDetails } = lazyPart(() => details().then((module) => module.VenueDetails), 'desk');

/** One chip a source: the engine, each venue it trades on, and `more`: those set up beside it, whose code comes later. */
export function SourceChips({ more }: { readonly more: ReactNode }) {
  const exchanges = useSelect(exchangesStore, (state) => state.exchanges);
  return (
    <div className={styles['chips']}>
      <EngineChip />
      {exchanges.map((exchange) => (
        <VenueChip key={exchange.venue} exchange={exchange} />
      ))}
      {more}
    </div>
  );
}

function EngineChip() {
  const t = useT();
  const view = useSelect(connectionStore, (state) => state);
  const { connection } = view;
  const ticking = connection.phase === 'waiting' || (connection.phase === 'live' && connection.stale);
  const now = useNow(1000, ticking);
  const { tone, text } = describe(view, now, t);
  return (
    <Chip name={t('frame.engine')} tone={tone} text={text}>
      {(anchor, close) => <EngineDetails anchor={anchor} onClose={close} />}
    </Chip>
  );
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
