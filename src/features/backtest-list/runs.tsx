/** All runs of backtests: those at work with how far they are, the others with what came of them. */
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { BACKTEST_STATES, type BacktestView } from '#protocol/backtest-shapes.ts';
import { useCommandQuery } from '#queries/commands.ts';
import { Button, buttonClass } from '#ui/button.tsx';
import { Select } from '#ui/field.tsx';
import { formatFigure } from '#ui/format/metric.ts';
import { formatCount, formatPct, DASH } from '#ui/format/numbers.ts';
import { formatAge, formatTime, isoDay } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { anyText, oneOf, useNavigate, useSearchState } from '#ui/routing/use-search-state.ts';
import { signTone } from '#ui/stat.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import type { Column } from '#ui/table.tsx';
import { VirtualTable } from '#ui/virtual-table.tsx';
import css from './backtest-list.module.css';
import { isOpen, LiveEquity, LiveEta, LiveTrades, RunStateCell } from './progress-cell.tsx';
import { RunActions } from './run-actions.tsx';
import { parseSort, sortRuns, sortText, tookMs } from './run-order.ts';
import { StrategyName } from './strategy-name.tsx';

const LIMIT = 1000;
const MOST_COMPARED = 8;
const STATES = ['all', ...BACKTEST_STATES] as const;

export function Runs() {
  const t = useT();
  const navigate = useNavigate();
  const query = useCommandQuery('backtest.list', { limit: LIMIT });
  const [state, setState] = useSearchState('state', 'all', oneOf(STATES));
  const [strategy, setStrategy] = useSearchState('strategy', 'all', anyText);
  const [sorted, setSorted] = useSearchState('sort', '-created', anyText);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const all = query.data?.backtests;
  const sort = parseSort(sorted);
  const rows = useMemo(() => {
    const shown = (all ?? []).filter(
      (run) => (state === 'all' || run.state === state) && (strategy === 'all' || run.strategy === strategy),
    );
    return sortRuns(shown, parseSort(sorted));
  }, [all, state, strategy, sorted]);
  const strategies = [...new Set((all ?? []).map((run) => run.strategy))].sort();
  // Of those that are gone nothing can be compared.
  const compared = chosen.filter((id) => all?.some((run) => run.id === id));
  const toggle = (id: string) =>
    setChosen(compared.includes(id) ? compared.filter((other) => other !== id) : [...compared, id]);

  const newBacktest = (
    <Link href={paths.newBacktest()} className={buttonClass({ variant: 'primary' })}>
      {t('backtests.new_backtest')}
    </Link>
  );
  if (query.isPending) return <SkeletonRows rows={8} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (all?.length === 0) {
    return <EmptyState title={t('backtests.no_runs')} text={t('backtests.no_runs_text')} action={newBacktest} />;
  }

  const columns: Column<BacktestView>[] = [
    {
      key: 'choose',
      header: '',
      width: '40px',
      cell: (run) => (
        <input
          type="checkbox"
          className={css.check}
          aria-label={t('backtests.choose', { name: run.name })}
          checked={compared.includes(run.id)}
          disabled={run.state !== 'completed' || (compared.length >= MOST_COMPARED && !compared.includes(run.id))}
          onClick={(event) => event.stopPropagation()}
          onChange={() => toggle(run.id)}
        />
      ),
    },
    {
      key: 'name',
      header: t('backtests.name'),
      sortable: true,
      width: 'clamp(90px, 11vw, 220px)',
      cell: (run) => (
        <Link
          href={paths.backtest(run.id)}
          title={formatTime(run.created_at, 'date')}
          onClick={(event) => event.stopPropagation()}
        >
          {run.name}
        </Link>
      ),
    },
    {
      key: 'strategy',
      header: t('backtests.strategy'),
      sortable: true,
      wide: true,
      width: '156px',
      cell: (run) => <StrategyName id={run.strategy} />,
    },
    { key: 'data', header: t('backtests.data'), wide: true, cell: (run) => <DataCell run={run} /> },
    {
      key: 'state',
      header: t('backtests.state'),
      sortable: true,
      width: 'clamp(84px, 8.5vw, 160px)',
      cell: (run) => <RunStateCell run={run} />,
    },
    {
      key: 'return',
      header: t('backtests.total_return'),
      sortable: true,
      align: 'end',
      width: 'clamp(100px, 8vw, 104px)',
      cell: (run) =>
        isOpen(run.state) ? <LiveEquity id={run.id} /> : <Fraction value={run.metrics?.total_return} signed />,
    },
    {
      key: 'drawdown',
      header: t('backtests.max_drawdown'),
      sortable: true,
      align: 'end',
      wide: true,
      width: '114px',
      cell: (run) => <Fraction value={run.metrics?.max_drawdown} />,
    },
    {
      key: 'sharpe',
      header: t('backtests.sharpe'),
      sortable: true,
      align: 'end',
      wide: true,
      width: '78px',
      cell: (run) => formatFigure('ratio', run.metrics?.sharpe_ratio),
    },
    {
      key: 'trades',
      header: t('backtests.trades'),
      sortable: true,
      align: 'end',
      wide: true,
      width: '74px',
      cell: (run) => (isOpen(run.state) ? <LiveTrades id={run.id} /> : formatCount(run.metrics?.total_trades)),
    },
    {
      key: 'took',
      header: t('backtests.took'),
      sortable: true,
      align: 'end',
      wide: true,
      width: '76px',
      cell: (run) => (isOpen(run.state) ? <LiveEta id={run.id} /> : took(tookMs(run))),
    },
    {
      key: 'actions',
      header: '',
      align: 'end',
      width: '56px',
      cell: (run) => <RunActions run={run} />,
    },
  ];

  return (
    <div className={css.frame}>
      <div className={css.tools}>
        <Select
          aria-label={t('backtests.strategy')}
          className={css.filter}
          value={strategy}
          onChange={(event) => setStrategy(event.target.value)}
        >
          <option value="all">{t('backtests.all_strategies')}</option>
          {strategies.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </Select>
        <Select
          aria-label={t('backtests.state')}
          className={css.filter}
          value={state}
          onChange={(event) => setState(STATES.find((each) => each === event.target.value) ?? 'all')}
        >
          {STATES.map((each) => (
            <option key={each} value={each}>
              {each === 'all' ? t('backtests.all_states') : t(`backtests.state_${each}`)}
            </option>
          ))}
        </Select>
        <span className="grow" />
        <Button
          disabledReason={compared.length < 2 ? t('backtests.compare_hint') : undefined}
          onClick={() => navigate(paths.compareBacktests({ ids: compared.join(',') }))}
        >
          {compared.length === 0 ? t('backtests.compare') : t('backtests.compare_n', { n: compared.length })}
        </Button>
        {newBacktest}
      </div>
      <div className={css.rows}>
        {rows.length === 0 ? (
          <EmptyState title={t('backtests.none_shown')} />
        ) : (
          <VirtualTable
            label={t('backtests.runs')}
            columns={columns}
            rows={rows}
            rowKey={(run) => run.id}
            sort={sort}
            onSort={(next) => setSorted(sortText(next))}
            isSelected={(run) => compared.includes(run.id)}
            onRowClick={(run) => navigate(paths.backtest(run.id))}
          />
        )}
      </div>
    </div>
  );
}

function DataCell({ run: { dataset, config } }: { readonly run: BacktestView }) {
  if (dataset === null) return <span className="dim">{config.data.symbol ?? config.data.dataset ?? DASH}</span>;
  const { symbol, timeframe, from, to } = dataset;
  const period = `${isoDay(from)} – ${isoDay(to)}`;
  return (
    <span title={`${symbol} ${timeframe} ${period}`}>
      {symbol} {timeframe} <span className="faint">{period}</span>
    </span>
  );
}

function Fraction({ value, signed = false }: { readonly value: number | null | undefined; readonly signed?: boolean }) {
  const text = formatPct(value == null ? null : value * 100, { sign: signed });
  return signed ? <span className={signTone(value)}>{text}</span> : <>{text}</>;
}

function took(ms: number | null): string {
  if (ms === null) return DASH;
  return ms < 1000 ? `${Math.round(ms)} ms` : formatAge(ms);
}
