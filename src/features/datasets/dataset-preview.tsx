/** A data set's closes as a line, and its gaps one by one. */
import { useEffect, useRef } from 'react';
import { createSparkline, type Sparkline } from '#charts/sparkline.ts';
import { INTERVAL_MS, INTERVALS } from '#domain/market-data.ts';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import { useCommandQuery } from '#queries/commands.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { formatCount } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import css from './datasets.module.css';

const MOST_BARS = 5000;

export function DatasetPreview({ dataset, onClose }: { readonly dataset: DatasetView; readonly onClose: () => void }) {
  const t = useT();
  const { id, name, from, to, gaps, hash } = dataset;
  // The finest that shows the whole of it.
  const timeframe =
    INTERVALS.find(
      (each) => INTERVAL_MS[each] >= INTERVAL_MS[dataset.timeframe] && (to - from) / INTERVAL_MS[each] < MOST_BARS,
    ) ?? '1d';
  const query = useCommandQuery('data.candles', { id, timeframe, limit: MOST_BARS });
  return (
    <Dialog
      open
      onClose={onClose}
      title={name}
      width={680}
      footer={<Button onClick={onClose}>{t('backtests.hide')}</Button>}
    >
      <div className={css.preview}>
        {query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.isPending ? (
          <Skeleton height={180} />
        ) : (
          <Closes
            label={t('backtests.preview_of', { name })}
            values={query.data.candles.map(({ close }) => Number(close))}
          />
        )}
      </div>
      <p className={css.span}>
        <span>{formatTime(from, 'date')}</span>
        <span>{formatTime(to, 'date')}</span>
      </p>
      {hash !== '' && <p className={`faint ${css.hash ?? ''}`}>sha256 {hash}</p>}
      <h3 className={css.gapsTitle}>{gaps.count === 0 ? t('backtests.no_gaps') : t('backtests.gaps')}</h3>
      <ul className={css.issues}>
        {gaps.first.map((gap) => (
          <li key={gap.from}>
            {formatTime(gap.from, 'date')} – {formatTime(gap.to, 'date')}{' '}
            <span className="dim">{t('backtests.gap_bars', { n: formatCount(gap.bars) })}</span>
          </li>
        ))}
        {gaps.count > gaps.first.length && (
          <li className="dim">{t('backtests.more_gaps', { n: formatCount(gaps.count - gaps.first.length) })}</li>
        )}
      </ul>
    </Dialog>
  );
}

function Closes({ label, values }: { readonly label: string; readonly values: readonly number[] }) {
  const container = useRef<HTMLDivElement>(null);
  const line = useRef<Sparkline | null>(null);
  useEffect(() => {
    if (!container.current) return undefined;
    line.current = createSparkline(container.current);
    return () => line.current?.dispose();
  }, []);
  useEffect(() => line.current?.setValues(values), [values]);
  return <div ref={container} role="img" aria-label={label} className={css.closes} />;
}
