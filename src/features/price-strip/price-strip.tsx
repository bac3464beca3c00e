import { Link } from 'wouter';
import { dayChange } from '#domain/day-change.ts';
import type { Ticker } from '#domain/market-data.ts';
import { OWN_ENGINE, sourceOf } from '#domain/source.ts';
import { useSelect } from '#stores/environment.tsx';
import { instrumentsStore } from '#stores/instruments.ts';
import { tickersStore } from '#stores/tickers.ts';
import { cx } from '#ui/class-names.ts';
import { formatPct, formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { signTone } from '#ui/stat.tsx';
import styles from './price-strip.module.css';

const SHOWN = 6;

/** The first instruments' live prices; painted as soon as the first ticker is there. */
export function PriceStrip() {
  const t = useT();
  // Our own engine's: the only ones that are there at once, and that can be traded.
  const keys = useSelect(tickersStore, (tickers) => {
    const own = [...tickers].filter(([, { venue }]) => sourceOf(venue).source === OWN_ENGINE);
    return own
      .map(([key]) => key)
      .toSorted()
      .slice(0, SHOWN)
      .join(' ');
  });
  return (
    <div role="group" aria-label={t('frame.prices')} className={styles['strip']}>
      {keys !== '' && keys.split(' ').map((key) => <Price key={key} tickerKey={key} />)}
    </div>
  );
}

function Price({ tickerKey }: { readonly tickerKey: string }) {
  const ticker = useSelect(tickersStore, (tickers) => tickers.get(tickerKey));
  const tick = useSelect(instrumentsStore, (instruments) => instruments.get(tickerKey)?.tickSize);
  return ticker ? <Quote ticker={ticker} tick={tick} /> : null;
}

function Quote({ ticker, tick }: { readonly ticker: Ticker; readonly tick: string | undefined }) {
  const change = dayChange(ticker);
  return (
    <Link href={paths.market(ticker.venue, ticker.instrument)} className={styles['price']}>
      <span className={styles['symbol']}>{ticker.instrument}</span>
      <span className={styles['last']} data-price={ticker.last}>
        {formatPrice(ticker.last, tick)}
      </span>
      <span className={cx('num', signTone(change))}>{formatPct(change, { sign: true })}</span>
    </Link>
  );
}
