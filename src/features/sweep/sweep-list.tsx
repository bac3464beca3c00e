/** All sweeps, newest first. */
import { useState } from 'react';
import { Link } from 'wouter';
import type { SweepView } from '#protocol/backtest-shapes.ts';
import { commandKey, useCommandMutation, useCommandQuery } from '#queries/commands.ts';
import { useQueries } from '#queries/query-client.ts';
import { sweepProgressStore } from '#stores/backtest-progress.ts';
import { useMay } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { buttonClass, IconButton } from '#ui/button.tsx';
import { ConfirmDialog } from '#ui/confirm-dialog.tsx';
import { formatCount } from '#ui/format/numbers.ts';
import { strategyLabel } from '#ui/format/strategy-words.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { Tag } from '#ui/tag.tsx';
import { VirtualTable } from '#ui/virtual-table.tsx';
import { DEFAULT_METRIC, metricLabel } from './metric-words.ts';
import css from './sweep.module.css';

const LIMIT = 1000;

export function SweepList() {
  const t = useT();
  const navigate = useNavigate();
  const query = useCommandQuery('sweep.list', { limit: LIMIT });
  if (query.isPending) return <SkeletonRows rows={6} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.sweeps.length === 0) {
    return (
      <EmptyState
        title={t('backtests.no_sweeps')}
        text={t('backtests.no_sweeps_text')}
        action={
          <Link href={paths.newBacktest()} className={buttonClass({ variant: 'primary' })}>
            {t('backtests.new_backtest')}
          </Link>
        }
      />
    );
  }
  return (
    <VirtualTable
      label={t('backtests.sweeps')}
      rows={query.data.sweeps}
      rowKey={({ id }) => id}
      onRowClick={({ id }) => navigate(paths.sweep(id))}
      columns={[
        {
          key: 'name',
          header: t('backtests.name'),
          cell: ({ id, name }) => (
            <Link href={paths.sweep(id)} onClick={(event) => event.stopPropagation()}>
              {name}
            </Link>
          ),
        },
        {
          key: 'strategy',
          header: t('backtests.strategy'),
          wide: true,
          width: '170px',
          cell: ({ strategy }) => strategyLabel({ id: strategy, label: strategy }, t),
        },
        {
          key: 'params',
          header: t('backtests.params'),
          wide: true,
          width: '240px',
          cell: ({ config }) => config.ranges.map(({ param }) => param).join(' × '),
        },
        {
          key: 'metric',
          header: t('backtests.metric'),
          wide: true,
          width: '130px',
          cell: ({ config }) => metricLabel(config.metric ?? DEFAULT_METRIC, t),
        },
        { key: 'state', header: t('backtests.state'), width: '120px', cell: (sweep) => <SweepState sweep={sweep} /> },
        {
          key: 'created',
          header: t('backtests.created'),
          wide: true,
          width: '130px',
          cell: ({ created_at }) => formatTime(created_at, 'short'),
        },
        { key: 'actions', header: '', align: 'end', width: '72px', cell: (sweep) => <SweepActions sweep={sweep} /> },
      ]}
    />
  );
}

function SweepState({ sweep }: { readonly sweep: SweepView }) {
  const t = useT();
  const live = useSelect(sweepProgressStore, ({ of }) => of.get(sweep.id));
  if (sweep.state === 'running') {
    const done = formatCount(Math.max(sweep.done, live?.done ?? 0));
    return <Tag tone="accent">{t('backtests.cells_done', { done, total: formatCount(sweep.total) })}</Tag>;
  }
  return (
    <span title={sweep.reason}>
      <Tag tone={sweep.state === 'completed' ? 'up' : 'warn'}>{t(`backtests.state_${sweep.state}`)}</Tag>
    </span>
  );
}

function SweepActions({ sweep: { id, name, state } }: { readonly sweep: SweepView }) {
  const t = useT();
  const queries = useQueries();
  const mayTrade = useMay('trader');
  const [asking, setAsking] = useState(false);
  const done = () => {
    setAsking(false);
    void queries.invalidateQueries({ queryKey: commandKey('sweep.list') });
  };
  const cancel = useCommandMutation('sweep.cancel', { onSuccess: done });
  const remove = useCommandMutation('sweep.delete', { meta: { quiet: true }, onSuccess: done });
  if (!mayTrade) return null;
  const open = state === 'queued' || state === 'running';
  return (
    <span className={css.actions} onClick={(event) => event.stopPropagation()} role="presentation">
      {open ? (
        <IconButton
          icon="stop"
          size="s"
          label={t('backtests.cancel_sweep')}
          pending={cancel.isPending}
          onClick={() => cancel.mutate({ id })}
        />
      ) : (
        <IconButton icon="close" size="s" label={`${t('backtests.delete')} ${name}`} onClick={() => setAsking(true)} />
      )}
      {asking && (
        <ConfirmDialog
          title={t('backtests.delete')}
          action={t('backtests.delete')}
          pending={remove.isPending}
          error={remove.error?.message}
          onClose={() => setAsking(false)}
          onConfirm={() => remove.mutate({ id })}
        >
          {t('backtests.delete_sweep_text', { name })}
        </ConfirmDialog>
      )}
    </span>
  );
}
