import { Suspense, useRef, useState, type ReactNode, type RefObject } from 'react';
import { connectionStore, useFreshness } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { exchangesStore, type ExchangeState } from '#stores/exchanges.ts';
import { cx } from '#ui/class-names.ts';
import { lazyPart } from '#ui/i18n/lazy-part.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Dot, type TagTone } from '#ui/tag.tsx';
import { useNow } from '#ui/use-now.ts';
import { describe, roundTrip } from './describe.ts';
import { venueName } from '#ui/format/venue-name.ts';
import styles from './source-chips.module.css';

const details = () => import('./source-details.tsx');
const { Component: EngineDetails } = lazyPart(() => details().then((module) => module.EngineDetails), 'desk');
const { Component: VenueDetails } = lazyPart(() => details().then((module) => module.VenueDetails), 'desk');

/** One chip a source: the engine, and each venue it trades on. */
export function SourceChips() {
  const exchanges = useSelect(exchangesStore, (state) => state.exchanges);
  return (
    <div className={styles['chips']}>
      <EngineChip />
      {exchanges.map((exchange) => (
        <VenueChip key={exchange.venue} exchange={exchange} />
      ))}
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

interface ChipProps {
  readonly name: string;
  readonly tone: TagTone;
  readonly text: string;
  readonly className?: string | undefined;
  /** The details, drawn while open. */
  readonly children: (anchor: RefObject<HTMLButtonElement | null>, close: () => void) => ReactNode;
}

function Chip({ name, tone, text, className, children }: ChipProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={cx(styles['chip'], className)}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Dot tone={tone} />
        <b>{name}</b>
        <span className={styles['state']}>{text}</span>
      </button>
      {open && <Suspense>{children(button, () => setOpen(false))}</Suspense>}
    </>
  );
}
