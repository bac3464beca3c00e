/** What is watched of a venue with more than anybody can look at: search, pick, and what was picked as chips. */
import { useState } from 'react';
import type { SourceConfig, SourceInstrument } from '#domain/source.ts';
import { Field, Input } from '#ui/field.tsx';
import { instrumentName } from '#ui/format/instrument-name.ts';
import { formatCount } from '#ui/format/numbers.ts';
import { Icon } from '#ui/icon.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Segmented } from '#ui/segmented.tsx';
import { SkeletonRows } from '#ui/states.tsx';
import { FoundInstrument } from './found-instrument.tsx';
import styles from './instrument-picker.module.css';
import { useInstrumentSearch } from './use-instrument-search.ts';

interface Props {
  readonly config: SourceConfig;
  readonly chosen: readonly SourceInstrument[];
  readonly error: string | undefined;
  readonly onChange: (chosen: readonly SourceInstrument[]) => void;
}

const CLASSES = ['all', 'spot', 'swap'] as const;
type MarketClass = (typeof CLASSES)[number];

/** As many as somebody reads; who wants another types more of its name. */
const SHOWN = 100;

export function InstrumentPicker({ config, chosen, error, onChange }: Props) {
  const t = useT();
  const [query, setQuery] = useState('');
  const [marketClass, setMarketClass] = useState<MarketClass>('all');
  const search = useInstrumentSearch(config, query);
  const picked = new Set(chosen.map(({ symbol }) => symbol));
  const okx = config.kind === 'okx';
  const found = okx ? search.found.filter((instrument) => matches(instrument, query, marketClass)) : search.found;
  const toggle = (instrument: SourceInstrument) =>
    onChange(
      picked.has(instrument.symbol)
        ? chosen.filter(({ symbol }) => symbol !== instrument.symbol)
        : [...chosen, instrument],
    );
  return (
    <fieldset className={styles['picker']}>
      <legend className={styles['legend']}>{t('sources.instruments')}</legend>
      <Chosen chosen={chosen} onRemove={toggle} />
      <div className={styles['search']}>
        <Field
          label={t('sources.search')}
          hint={t(okx ? 'sources.search_hint_okx' : 'sources.search_hint_polymarket')}
          error={error}
          className={styles['query'] ?? ''}
        >
          <Input
            type="search"
            autoComplete="off"
            spellCheck={false}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            // Enter searches, it does not save.
            onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
          />
        </Field>
        {okx && (
          <Segmented
            label={t('sources.market_class')}
            value={marketClass}
            onChange={setMarketClass}
            options={CLASSES.map((value) => ({ value, label: t(`sources.class_${value}`) }))}
          />
        )}
      </div>
      <div className={styles['found']} role="group" aria-label={t('sources.found')} aria-busy={search.pending}>
        {search.error !== null ? (
          <p role="alert" className={`down ${styles['note'] ?? ''}`}>
            {t('sources.search_failed', { reason: search.error })}
          </p>
        ) : found.length > 0 ? (
          found
            .slice(0, SHOWN)
            .map((instrument, index) => (
              <FoundInstrument
                key={instrument.symbol}
                instrument={instrument}
                previous={found[index - 1]}
                picked={picked.has(instrument.symbol)}
                onToggle={toggle}
              />
            ))
        ) : search.pending ? (
          <SkeletonRows rows={4} />
        ) : (
          <p className={`dim ${styles['note'] ?? ''}`}>
            {t(query.trim() === '' ? 'sources.search_empty' : 'sources.search_none')}
          </p>
        )}
        {found.length > SHOWN && (
          <p className={`dim ${styles['note'] ?? ''}`}>
            {t('sources.search_more', { n: formatCount(found.length - SHOWN) })}
          </p>
        )}
      </div>
    </fieldset>
  );
}

/** An OKX search answers with everything there is. */
function matches({ symbol, base, quote }: SourceInstrument, query: string, marketClass: MarketClass): boolean {
  const swap = symbol.endsWith('-SWAP');
  if (marketClass !== 'all' && (marketClass === 'swap') !== swap) return false;
  const text = `${symbol} ${base}/${quote} ${base}${quote}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

interface ChosenProps {
  readonly chosen: readonly SourceInstrument[];
  readonly onRemove: (instrument: SourceInstrument) => void;
}

function Chosen({ chosen, onRemove }: ChosenProps) {
  const t = useT();
  if (chosen.length === 0) return <p className="dim">{t('sources.none_chosen')}</p>;
  return (
    <ul className={styles['chosen']} aria-label={t('sources.chosen')}>
      {chosen.map((instrument) => (
        <li key={instrument.symbol}>
          <span title={instrument.symbol}>{instrumentName(instrument)}</span>
          <button
            type="button"
            aria-label={t('sources.remove_instrument', { name: instrumentName(instrument) })}
            onClick={() => onRemove(instrument)}
          >
            <Icon name="close" size={11} />
          </button>
        </li>
      ))}
    </ul>
  );
}
