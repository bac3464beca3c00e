import type { ReactNode } from 'react';
import { connectionStore } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { Chip } from '#ui/chip.tsx';
import { lazyPart } from '#ui/i18n/lazy-part.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { useNow } from '#ui/use-now.ts';
import { describe } from './describe.ts';
import styles from './source-chips.module.css';

const { Component: EngineDetails } = lazyPart(
  () => import('./source-details.tsx').then((module) => module.EngineDetails),
  'desk',
);

/** One chip a source: the engine, and `more`, whose code comes later. */
export function SourceChips({ more }: { readonly more: ReactNode }) {
  return (
    <div className={styles['chips']}>
      <EngineChip />
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
