/** The candle data sets: the engine's own market, what was imported, what was fetched. */
import { useState, type DragEvent } from 'react';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import { commandKey, useCommandQuery } from '#queries/commands.ts';
import { useQueries } from '#queries/query-client.ts';
import { dataProgressStore } from '#stores/backtest-progress.ts';
import { useMay } from '#stores/connection.ts';
import { useEnvironment, useSelect } from '#stores/environment.tsx';
import { Button } from '#ui/button.tsx';
import { formatBytes, formatCount, formatPct, DASH } from '#ui/format/numbers.ts';
import { formatTime, isoDay } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import type { Column } from '#ui/table.tsx';
import { Tag } from '#ui/tag.tsx';
import { VirtualTable } from '#ui/virtual-table.tsx';
import { DatasetActions } from './dataset-actions.tsx';
import { DatasetPreview } from './dataset-preview.tsx';
import css from './datasets.module.css';
import { FetchDialog } from './fetch-dialog.tsx';
import { ImportDialog, ImportedNote } from './import-dialog.tsx';

export function Datasets() {
  const t = useT();
  const queries = useQueries();
  const { now } = useEnvironment();
  const mayTrade = useMay('trader');
  const query = useCommandQuery('data.list', {});
  const [importing, setImporting] = useState<{ readonly file: File | null } | null>(null);
  const [fetching, setFetching] = useState<number | null>(null);
  const [previewed, setPreviewed] = useState<DatasetView | null>(null);
  const [imported, setImported] = useState<DatasetView | null>(null);
  const [over, setOver] = useState(false);

  const dragOver = (event: DragEvent) => {
    if (!mayTrade || !event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && mayTrade) setImporting({ file });
  };
  const onImported = (dataset: DatasetView) => {
    setImporting(null);
    setImported(dataset);
    void queries.invalidateQueries({ queryKey: commandKey('data.list') });
  };
  const refusal = mayTrade ? undefined : t('backtests.needs_trader');
  const actions = (
    <>
      <Button disabledReason={refusal} icon="download" onClick={() => setFetching(now())}>
        {t('backtests.fetch_data')}
      </Button>
      <Button variant="primary" disabledReason={refusal} icon="upload" onClick={() => setImporting({ file: null })}>
        {t('backtests.import_data')}
      </Button>
    </>
  );
  const columns: Column<DatasetView>[] = [
    {
      key: 'name',
      header: t('backtests.name'),
      cell: (set) => (
        <button type="button" className={css.link} title={set.name} onClick={() => setPreviewed(set)}>
          {set.name}
        </button>
      ),
    },
    {
      key: 'source',
      header: t('backtests.source'),
      wide: true,
      width: '108px',
      cell: (set) => <SourceCell set={set} />,
    },
    { key: 'symbol', header: t('backtests.symbol'), wide: true, width: '132px', cell: (set) => set.symbol },
    { key: 'timeframe', header: t('backtests.timeframe'), width: '84px', cell: (set) => set.timeframe },
    {
      key: 'period',
      header: t('backtests.period'),
      wide: true,
      width: '180px',
      cell: ({ rows, from, to }) => (rows === 0 ? DASH : `${isoDay(from)} – ${isoDay(to)}`),
    },
    {
      key: 'rows',
      header: t('backtests.rows'),
      align: 'end',
      width: '90px',
      cell: (set) => <RowsCell set={set} />,
    },
    {
      key: 'gaps',
      header: t('backtests.gaps'),
      align: 'end',
      wide: true,
      width: '80px',
      cell: ({ gaps }) => (
        <span className={gaps.count > 0 ? 'warn' : undefined} title={t('backtests.gap_bars', { n: gaps.bars })}>
          {formatCount(gaps.count)}
        </span>
      ),
    },
    {
      key: 'size',
      header: t('backtests.size'),
      align: 'end',
      wide: true,
      width: '80px',
      cell: ({ bytes }) => (bytes === 0 ? DASH : formatBytes(bytes)),
    },
    {
      key: 'hash',
      header: t('backtests.hash'),
      wide: true,
      width: '90px',
      cell: ({ hash }) => (
        <span className={css.mono} title={hash}>
          {hash === '' ? DASH : hash.slice(0, 8)}
        </span>
      ),
    },
    {
      key: 'created',
      header: t('backtests.created'),
      wide: true,
      width: '120px',
      cell: ({ source, created_at }) => (source === 'market' ? DASH : formatTime(created_at, 'short')),
    },
    {
      key: 'actions',
      header: '',
      align: 'end',
      width: '64px',
      cell: (set) => <DatasetActions dataset={set} onPreview={() => setPreviewed(set)} />,
    },
  ];
  return (
    <div
      className={css.frame}
      data-over={over ? t('backtests.drop_now') : undefined}
      onDragOver={dragOver}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      role="presentation"
    >
      <div className={css.tools}>
        <span className={css.hint}>{t('backtests.drop_hint')}</span>
        {actions}
      </div>
      {imported && <ImportedNote dataset={imported} />}
      <div className={css.rows}>
        {query.isPending ? (
          <SkeletonRows rows={6} />
        ) : query.isError ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        ) : query.data.datasets.length === 0 ? (
          <EmptyState title={t('backtests.no_datasets')} text={t('backtests.no_datasets_text')} />
        ) : (
          <VirtualTable
            label={t('backtests.data')}
            columns={columns}
            rows={query.data.datasets}
            rowKey={(set) => set.id}
          />
        )}
      </div>
      {importing && <ImportDialog file={importing.file} onClose={() => setImporting(null)} onImported={onImported} />}
      {fetching !== null && <FetchDialog now={fetching} onClose={() => setFetching(null)} />}
      {previewed && <DatasetPreview dataset={previewed} onClose={() => setPreviewed(null)} />}
    </div>
  );
}

function SourceCell({ set }: { readonly set: DatasetView }) {
  const t = useT();
  if (set.state === 'importing') return <Tag tone="accent">{t('backtests.state_importing')}</Tag>;
  if (set.state === 'error') {
    return (
      <span title={set.reason}>
        <Tag tone="down">{t('backtests.state_error')}</Tag>
      </span>
    );
  }
  return (
    <>
      {t(`backtests.source_${set.source}`)} {set.venue && <span className="faint">{set.venue}</span>}
    </>
  );
}

function RowsCell({ set }: { readonly set: DatasetView }) {
  const live = useSelect(dataProgressStore, ({ of }) => of.get(set.id));
  if (set.state !== 'importing' || !live) return <>{formatCount(set.rows)}</>;
  return <span title={live.message ?? formatCount(live.rows)}>{formatPct(live.progress * 100, { decimals: 0 })}</span>;
}
