import { useStore } from 'zustand';
import { useInstance } from '#stores/environment.tsx';
import type { InstrumentSources } from '#stores/instrument-source.ts';
import { tickersStore } from '#stores/tickers.ts';
import { formatPct } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { crossOf, sourceName, type WatchRow } from './use-rows.ts';
import css from './watch-list.module.css';

interface CrossCellProps {
  readonly row: WatchRow;
  readonly sources: InstrumentSources;
  readonly onOpen: (pair: string) => void;
}

/** The best cross between the sources of a pair: highest bid less lowest ask; opens their chart. */
export function CrossCell({ row: { shared }, sources, onOpen }: CrossCellProps) {
  const t = useT();
  // Text, so that a tick that changes nothing to be seen draws nothing.
  const shown = useStore(useInstance(tickersStore), (tickers) => {
    const cross = shared && crossOf(shared.listed, tickers);
    if (!cross) return '';
    const name = (venue: string) => sourceName(sources, venue);
    return `${cross.pct.toFixed(3)}|${name(cross.buyAt.instrument.venue)}|${name(cross.sellAt.instrument.venue)}`;
  });
  if (!shared) return null;
  const [pct = '', buy = '', sell = ''] = shown.split('|');
  const text = shown === '' ? '–' : formatPct(pct, { decimals: 3, sign: true });
  const title = shown === '' ? t('markets.cross_waiting') : t('markets.cross_explained', { buy, sell });
  return (
    <button
      type="button"
      className={css.cross}
      title={title}
      aria-label={`${t('markets.cross_open', { pair: shared.pair })}: ${text}`}
      onClick={(event) => {
        event.stopPropagation();
        onOpen(shared.pair);
      }}
    >
      <span className={Number(pct) > 0 ? 'up' : undefined}>{text}</span>
      {shown !== '' && (
        <small>
          {buy} → {sell}
        </small>
      )}
    </button>
  );
}
