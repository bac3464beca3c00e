import { useStore } from 'zustand';
import type { Candle } from '#domain/market-data.ts';
import type { CandleFeed } from '#stores/market-candle-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { formatCompact, formatPct } from '#ui/format/numbers.ts';
import { formatQuoted } from '#ui/format/quoted-price.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone } from '#ui/stat.tsx';
import css from './price-chart.module.css';

/** The figures of the bar under the crosshair, else of the newest. */
export function BarLegend(props: {
  readonly feed: CandleFeed;
  readonly bar: Candle | null;
  readonly instrument: ListedInstrument;
}) {
  const t = useT();
  const newest = useStore(props.feed, (state) => state.bars.at(-1));
  const bar = props.bar ?? newest;
  if (!bar) return null;
  const change = (Number(bar.close) / Number(bar.open) - 1) * 100;
  const price = (value: string) => formatQuoted(value, props.instrument);
  return (
    <div className={css.legend} aria-hidden="true">
      {(['open', 'high', 'low', 'close'] as const).map((figure) => (
        <span key={figure}>
          <i>{t(`markets.bar_${figure}`)}</i> {price(bar[figure])}
        </span>
      ))}
      <span className={signTone(change)}>{formatPct(change, { sign: true })}</span>
      <span>
        <i>{t('markets.bar_volume')}</i> {formatCompact(bar.volume)}
      </span>
    </div>
  );
}
