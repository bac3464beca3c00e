/** The head of the Markets page: the instrument, its source and its day. */
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import { pairKey, sharedPairs } from '#domain/same-pair.ts';
import { useInstance } from '#stores/environment.tsx';
import { type InstrumentSource, useInstrumentSources } from '#stores/instrument-source.ts';
import { useListings } from '#stores/listings.ts';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { tickersStore } from '#stores/tickers.ts';
import { Button, buttonClass, IconButton } from '#ui/button.tsx';
import { instrumentName } from '#ui/format/instrument-name.ts';
import { DASH, formatCompact, formatPct } from '#ui/format/numbers.ts';
import { formatQuoted } from '#ui/format/quoted-price.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { copyText } from '#ui/save-file.ts';
import { signTone } from '#ui/stat.tsx';
import { Tag } from '#ui/tag.tsx';
import { sourceName } from './use-rows.ts';
import css from './watch-list.module.css';
import { LastPrice } from './last-price.tsx';
import { quoteFigures } from './watch-list-sort.ts';

/** Nobody types what is longer. */
const LONG_ID = 24;

interface MarketTitleProps {
  readonly instrument: ListedInstrument;
  readonly source: InstrumentSource;
  /** The spread between the sources of its pair is wanted. */
  readonly onSpread: (pair: string) => void;
}

export function MarketTitle({ instrument, source, onSpread }: MarketTitleProps) {
  const t = useT();
  const { listings } = useListings();
  const pair = pairKey(instrument);
  const shared = useMemo(() => pair !== null && sharedPairs(listings).has(pair), [listings, pair]);
  const sources = useInstrumentSources();
  const key = tickerKey(instrument.venue, instrument.symbol);
  const ticker = useStore(useInstance(tickersStore), (tickers) => tickers.get(key));
  const figures = quoteFigures(ticker);
  const price = (value: string | null | undefined) => formatQuoted(value, instrument);
  const items = [
    [t('markets.change_24h'), formatPct(figures?.change, { sign: true }), signTone(figures?.change)],
    [t('markets.high_24h'), price(ticker?.high24h)],
    [t('markets.low_24h'), price(ticker?.low24h)],
    [
      t('markets.volume_24h'),
      !figures || figures.volume === null ? DASH : `${formatCompact(figures.volume)} ${instrument.quote}`,
    ],
  ] as const;
  const name = instrumentName(instrument);
  return (
    <header className={css.title}>
      <h1 title={name === instrument.symbol ? undefined : `${name}\n${instrument.symbol}`}>{name}</h1>
      {instrument.symbol.length > LONG_ID && <CopyId symbol={instrument.symbol} />}
      {instrument.simulated && <Tag tone="warn">SIM</Tag>}
      {!source.own && <Tag>{sourceName(sources, instrument.venue)}</Tag>}
      {source.stale && <Tag tone="warn">{t('markets.book_stale')}</Tag>}
      <b className={css.titleLast}>
        <LastPrice of={instrument} ticker={ticker} />
      </b>
      <dl className={css.day}>
        {items.map(([label, value, tone]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className={tone}>{value}</dd>
          </div>
        ))}
      </dl>
      <span className="grow" />
      {shared && pair !== null && (
        <Button size="s" variant="ghost" onClick={() => onSpread(pair)}>
          {t('markets.cross')}
        </Button>
      )}
      {source.own ? (
        <Link
          href={paths.newGrid({ pair: `${instrument.venue}:${instrument.symbol}` })}
          className={buttonClass({ size: 's' })}
        >
          {t('markets.start_grid')}
        </Link>
      ) : (
        <Button size="s" disabledReason={t('markets.start_grid_why', { source: source.name })}>
          {t('markets.start_grid')}
        </Button>
      )}
    </header>
  );
}

/** An id of dozens of digits does not fit anywhere, but can be taken along. */
function CopyId({ symbol }: { readonly symbol: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  return (
    <IconButton
      icon={copied ? 'check' : 'copy'}
      label={copied ? t('markets.id_copied') : t('markets.copy_id')}
      size="s"
      onClick={() => void copyText(symbol).then(setCopied)}
    />
  );
}
