import type { Ticker } from '#domain/market-data.ts';
import { midOf } from '#domain/same-pair.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { formatQuoted } from '#ui/format/quoted-price.ts';
import { useT } from '#ui/i18n/use-t.ts';

interface LastPriceProps {
  readonly of: ListedInstrument;
  readonly ticker: Ticker | undefined;
}

/** What was paid last; where nothing was yet, the middle of the best prices, dimmed. */
export function LastPrice({ of: instrument, ticker }: LastPriceProps) {
  const t = useT();
  const mid = ticker && ticker.last === null ? midOf(ticker) : null;
  if (mid === null) return formatQuoted(ticker?.last, instrument);
  return (
    <span className="dim" title={t('markets.mid_price')}>
      {formatQuoted(mid, instrument)}
    </span>
  );
}
