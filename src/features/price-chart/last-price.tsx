import { useStore } from 'zustand';
import { dayChange } from '#domain/day-change.ts';
import { useInstance } from '#stores/environment.tsx';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { tickersStore } from '#stores/tickers.ts';
import { formatPct } from '#ui/format/numbers.ts';
import { formatQuoted } from '#ui/format/quoted-price.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone } from '#ui/stat.tsx';
import css from './price-chart.module.css';

/** The last price and its change over 24 hours. */
export function LastPrice({ instrument }: { readonly instrument: ListedInstrument }) {
  const t = useT();
  const key = tickerKey(instrument.venue, instrument.symbol);
  const ticker = useStore(useInstance(tickersStore), (tickers) => tickers.get(key));
  // What has not been traded yet has its middle in the title.
  if (!ticker || ticker.last === null) return null;
  const change = dayChange(ticker);
  return (
    <span className={css.last}>
      {t('markets.last')} <b>{formatQuoted(ticker.last, instrument)}</b>{' '}
      <span className={signTone(change)}>{formatPct(change, { sign: true })}</span>
    </span>
  );
}
