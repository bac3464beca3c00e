import { OWN_ENGINE, sourceOf } from '#domain/source.ts';
import type { InstrumentSources } from '#stores/instrument-source.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { useT } from '#ui/i18n/use-t.ts';
import css from './watch-list.module.css';

interface SourceFilterProps {
  readonly listings: readonly ListedInstrument[];
  readonly sources: InstrumentSources;
  /** A source's id, or empty for all. */
  readonly value: string;
  readonly onChange: (source: string) => void;
}

/** One chip a source that lists anything; pressed again, all are shown. */
export function SourceFilter({ listings, sources, value, onChange }: SourceFilterProps) {
  const t = useT();
  const counts = new Map<string, number>();
  for (const { venue } of listings) {
    const { source } = sourceOf(venue);
    counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  // With one source there is nothing to choose.
  if (counts.size < 2) return null;
  return (
    <div role="group" aria-label={t('markets.source')} className={css.chips}>
      {[...counts].map(([id, count]) => (
        <button
          key={id}
          type="button"
          className={css.chip}
          aria-pressed={value === id}
          onClick={() => onChange(value === id ? '' : id)}
        >
          {id === OWN_ENGINE ? t('markets.engine') : (sources.get(id)?.name ?? id)} <i>{count}</i>
        </button>
      ))}
    </div>
  );
}
