/** All strategies that were started: state, position, and what they earned. */
import { useMemo, type ReactNode } from 'react';
import { Link } from 'wouter';
import { useStore } from 'zustand';
import type { StrategyView } from '#protocol/strategy-shapes.ts';
import { findInstrument, type ListedInstrument, useInstruments } from '#queries/instruments.ts';
import { useInstance } from '#stores/environment.tsx';
import { hasEnded, wanted } from '#stores/strategies-merge.ts';
import { strategiesStore } from '#stores/strategies-store.ts';
import { buttonClass } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { DASH, formatCount, formatMoney, formatSize } from '#ui/format/numbers.ts';
import { reasonText } from '#ui/format/reason-text.ts';
import { signalText } from '#ui/format/signal-text.ts';
import { strategyLabel } from '#ui/format/strategy-words.ts';
import { formatAge, formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { oneOf, useNavigate, useSearchState } from '#ui/routing/use-search-state.ts';
import { Segmented } from '#ui/segmented.tsx';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { StrategyStateTag, TargetTag } from '#ui/strategy-tags.tsx';
import { type Column, Table } from '#ui/table.tsx';
import { Tag } from '#ui/tag.tsx';
import css from './strategy-list.module.css';

const FILTERS = ['all', 'active', 'ended'] as const;

export function StrategyList({ className }: { readonly className?: string }) {
  const t = useT();
  const navigate = useNavigate();
  const store = useInstance(strategiesStore);
  const { status, error, strategies, signals } = useStore(store);
  const instruments = useInstruments().data?.instruments;
  const [filter, setFilter] = useSearchState('show', 'all', oneOf(FILTERS));
  const rows = useMemo(() => {
    const shown = [...strategies.values()].filter(
      (strategy) => filter === 'all' || hasEnded(strategy) === (filter === 'ended'),
    );
    // Those at work first, the newest of each on top.
    return shown.sort((a, b) => Number(hasEnded(a)) - Number(hasEnded(b)) || b.created_at - a.created_at);
  }, [strategies, filter]);
  const instrumentOf = ({ config }: StrategyView): ListedInstrument | undefined =>
    instruments && findInstrument(instruments, config.venue, config.symbol);

  const columns: Column<StrategyView>[] = [
    {
      key: 'name',
      header: t('strategies.strategy'),
      cell: (strategy) => (
        <span className={css.name}>
          <Link href={paths.strategy(strategy.id)} onClick={(event) => event.stopPropagation()}>
            {strategy.config.name ?? strategyName(strategy, t)}
          </Link>
          {strategy.config.name !== undefined && <span className="dim">{strategyName(strategy, t)}</span>}
          <span className={cx('dim', css.traded)}>
            {strategy.config.symbol} {strategy.config.timeframe}
          </span>
        </span>
      ),
    },
    {
      key: 'state',
      header: t('strategies.state'),
      cell: ({ state, reason }) => (
        <span title={reason && reasonText(reason, t)}>
          <StrategyStateTag state={state} />
        </span>
      ),
    },
    {
      key: 'pair',
      header: t('strategies.pair'),
      // There it stands under the name, so that the PnL has room.
      wide: true,
      cell: (strategy) => (
        <span className={css.pair}>
          {strategy.config.symbol} <span className="dim">{strategy.config.timeframe}</span>
          {instrumentOf(strategy)?.simulated && <Tag tone="warn">SIM</Tag>}
        </span>
      ),
    },
    {
      key: 'position',
      header: t('strategies.position'),
      align: 'end',
      wide: true,
      cell: (strategy) => {
        const value = strategy.status.exact?.['position'] ?? strategy.status.position;
        const { lotSize, base = '' } = instrumentOf(strategy) ?? {};
        return Number(value) === 0 ? (
          <span className="faint">{t('strategies.flat')}</span>
        ) : (
          `${formatSize(value, lotSize)} ${base}`
        );
      },
    },
    {
      key: 'pnl',
      header: t('strategies.total_pnl'),
      align: 'end',
      cell: ({ status: figures }) => {
        const total = figures.realized_pnl + figures.unrealized_pnl;
        return <span className={signTone(total)}>{formatMoney(total, { sign: true })}</span>;
      },
    },
    {
      key: 'capital',
      header: t('strategies.capital'),
      align: 'end',
      wide: true,
      cell: ({ config }) => formatMoney(config.capital),
    },
    {
      key: 'trades',
      header: t('strategies.fills'),
      align: 'end',
      wide: true,
      cell: ({ status: figures }) => formatCount(figures.total_trades),
    },
    {
      key: 'signal',
      header: t('strategies.last_signal'),
      wide: true,
      cell: ({ id, config }) => {
        const signal = signals.get(id);
        if (!signal) return <span className="faint">{DASH}</span>;
        return (
          <span className={css.name} title={signalText(signal.reason, t)}>
            <TargetTag target={wanted(signal.side, config)} />
            <time className="dim" dateTime={new Date(signal.ts).toISOString()}>
              {formatTime(signal.ts, 'short')}
            </time>
          </span>
        );
      },
    },
    {
      key: 'uptime',
      header: t('strategies.uptime'),
      align: 'end',
      wide: true,
      cell: ({ status: figures }) => formatAge(figures.uptime_seconds * 1000),
    },
  ];

  const newStrategy = (
    <Link href={paths.newStrategy()} className={buttonClass({ variant: 'primary' })}>
      {t('strategies.new_strategy')}
    </Link>
  );
  let body: ReactNode;
  if (status === 'loading') body = <SkeletonRows rows={5} />;
  else if (status === 'error' && error) body = <ErrorState error={error} onRetry={store.retry} />;
  else if (strategies.size === 0) {
    body = <EmptyState title={t('strategies.none')} text={t('strategies.none_text')} action={newStrategy} />;
  } else if (rows.length === 0) body = <EmptyState title={t('strategies.none_shown')} />;
  else {
    body = (
      <Table
        label={t('strategies.strategies')}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        onRowClick={({ id }) => navigate(paths.strategy(id))}
      />
    );
  }
  return (
    <Panel
      title={t('strategies.strategies')}
      {...(className !== undefined && { className })}
      aside={
        <Segmented
          label={t('strategies.show')}
          value={filter}
          options={FILTERS.map((value) => ({ value, label: t(`strategies.show_${value}`) }))}
          onChange={setFilter}
        />
      }
      actions={newStrategy}
    >
      {body}
    </Panel>
  );
}

function strategyName({ config }: StrategyView, t: ReturnType<typeof useT>): string {
  return strategyLabel({ id: config.strategy, label: config.strategy }, t);
}
