/** The top bar's chips of the sources beside the own engine: as many as there is room for, the others behind `+3`. */
import { useState, useSyncExternalStore } from 'react';
import type { SourceView } from '#stores/source-types.ts';
import { Chip } from '#ui/chip.tsx';
import { lazyPart } from '#ui/i18n/lazy-part.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Dot } from '#ui/tag.tsx';
import { useNow } from '#ui/use-now.ts';
import { describeSource, isTicking, worst } from './describe-source.ts';
import styles from './more-sources.module.css';
import { useSources } from './use-sources.ts';

const { Component: SourceDetails } = lazyPart(
  () => import('./source-details.tsx').then((module) => module.SourceDetails),
  'desk',
  'sources',
);
const { Component: Popover } = lazyPart(() => import('#ui/popover.tsx').then((module) => module.Popover));

/** How many chips stand beside the engine's, by the window's width in px. */
const ROOM = [
  [1900, 6],
  [1600, 4],
  [1380, 2],
] as const;

function room(): number {
  return ROOM.find(([width]) => innerWidth >= width)?.[1] ?? 0;
}

function onResize(listener: () => void): () => void {
  addEventListener('resize', listener);
  return () => removeEventListener('resize', listener);
}

export function MoreSources() {
  const { sources } = useSources();
  const places = useSyncExternalStore(onResize, room);
  // Behind `+1` one source takes as much room as by itself.
  const shown = sources.length <= places + (places > 0 ? 1 : 0) ? sources.length : places;
  return (
    <>
      {sources.slice(0, shown).map((source) => (
        <SourceChip key={source.config.id} source={source} />
      ))}
      {shown < sources.length && <OtherSources sources={sources.slice(shown)} alone={shown === 0} />}
    </>
  );
}

function SourceChip({ source }: { readonly source: SourceView }) {
  const t = useT();
  const now = useNow(1000, isTicking(source));
  const { tone, text, reason } = describeSource(source, now, t);
  const { id, name } = source.config;
  return (
    <Chip name={name} tone={tone} text={text} title={reason ?? undefined}>
      {(anchor, close) => (
        <Popover title={name} anchor={anchor} open onOpenChange={(open) => !open && close()}>
          <SourceDetails id={id} onClose={close} />
        </Popover>
      )}
    </Chip>
  );
}

interface OthersProps {
  readonly sources: readonly SourceView[];
  /** No source has a chip of its own. */
  readonly alone: boolean;
}

function OtherSources({ sources, alone }: OthersProps) {
  const t = useT();
  const [chosen, choose] = useState<string | null>(null);
  const now = useNow(1000, sources.some(isTicking));
  const described = sources.map((source) => ({ config: source.config, ...describeSource(source, now, t) }));
  const up = described.filter(({ tone }) => tone === 'up').length;
  const one = described.find(({ config }) => config.id === chosen);
  return (
    <Chip
      name={alone ? `${up}/${sources.length}` : `+${sources.length}`}
      tone={worst(described.map(({ tone }) => tone))}
      text=""
      label={t(alone ? 'sources.others_all' : 'sources.others_more', { n: sources.length, up })}
      className={styles['others']}
    >
      {(anchor, close) => (
        <Popover
          title={one?.config.name ?? t('sources.sources')}
          anchor={anchor}
          open
          onOpenChange={(open) => {
            if (open) return;
            choose(null);
            close();
          }}
        >
          {one ? (
            <SourceDetails id={one.config.id} onClose={close} />
          ) : (
            <ul className={styles['list']}>
              {described.map(({ config, tone, text }) => (
                <li key={config.id}>
                  <button type="button" className={styles['item']} onClick={() => choose(config.id)}>
                    <Dot tone={tone} />
                    <b>{config.name}</b>
                    <span className="dim">{text}</span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </Popover>
      )}
    </Chip>
  );
}
