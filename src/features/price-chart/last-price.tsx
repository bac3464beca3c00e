import { useStore } from 'zustand';
import type { ListedInstrument } from '#queries/instruments.ts';
import { useInstance } from '#stores/environment.tsx';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import { tickersStore } from '#stores/tickers.ts';
import { formatPct, formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone } from '#ui/stat.tsx';
import css from './price-chart.module.css';

/** The last price and its change over 24 hours. */
export function LastPrice({ instrument }: { readonly instrument: ListedInstrument }) {
  const t = useT();
  const key = tickerKey(instrument.venue, instrument.symbol);
  const ticker = useStore(useInstance(tickersStore), (tickers) => tickers.get(key));
  if (!ticker) return null;
  const change = (Number(ticker.last) / Number(ticker.open24h) - 1) * 100;
  return (
    <span className={css.last}>
      {t('markets.last')} <b>{formatPrice(ticker.last, instrument.tickSize)}</b>{' '}
      <span className={signTone(change)}>{formatPct(change, { sign: true })}</span>
    </span>
  );
}
