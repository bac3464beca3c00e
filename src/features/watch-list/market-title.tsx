/** The head of the Markets page: the instrument and its day. */
import { useStore } from 'zustand';
import type { ListedInstrument } from '#queries/instruments.ts';
import { useFreshness } from '#stores/connection.ts';
import { useInstance } from '#stores/environment.tsx';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import { tickersStore } from '#stores/tickers.ts';
import { formatCompact, formatPct, formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone } from '#ui/stat.tsx';
import { Tag } from '#ui/tag.tsx';
import css from './watch-list.module.css';
import { quoteFigures } from './watch-list-sort.ts';

export function MarketTitle({ instrument }: { readonly instrument: ListedInstrument }) {
  const t = useT();
  const key = tickerKey(instrument.venue, instrument.symbol);
  const ticker = useStore(useInstance(tickersStore), (tickers) => tickers.get(key));
  const stale = useFreshness() === 'stale';
  const figures = quoteFigures(ticker);
  const price = (value: string | null | undefined) => formatPrice(value, instrument.tickSize);
  const items = [
    [t('markets.change_24h'), formatPct(figures?.change, { sign: true }), signTone(figures?.change)],
    [t('markets.high_24h'), price(ticker?.high24h)],
    [t('markets.low_24h'), price(ticker?.low24h)],
    [t('markets.volume_24h'), `${formatCompact(figures?.volume ?? null)} ${instrument.quote}`],
  ] as const;
  return (
    <header className={css.title}>
      <h1>{instrument.symbol}</h1>
      {instrument.simulated && <Tag tone="warn">SIM</Tag>}
      {stale && <Tag tone="warn">{t('markets.book_stale')}</Tag>}
      <b className={css.titleLast}>{price(ticker?.last)}</b>
      <dl className={css.day}>
        {items.map(([name, value, tone]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className={tone}>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}
