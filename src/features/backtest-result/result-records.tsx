/** What happened in a run, list by list, and what it was made of. */
import type { BacktestResult } from '#protocol/backtest-shapes.ts';
import { formatCount } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { oneOf, useSearchState } from '#ui/routing/use-search-state.ts';
import { Tabs } from '#ui/tabs.tsx';
import { FillsTable } from './fills-table.tsx';
import { LineTable } from './line-table.tsx';
import { MonthReturns } from './month-returns.tsx';
import { RunFacts } from './run-facts.tsx';
import { TradesTable } from './trades-table.tsx';

const TABS = ['trades', 'months', 'lines', 'fills', 'config'] as const;

export function ResultRecords(props: {
  readonly run: BacktestResult;
  readonly result: NonNullable<BacktestResult['result']>;
  readonly onTime: (ts: number) => void;
}) {
  const t = useT();
  const { run, result, onTime } = props;
  const [tab, setTab] = useSearchState('tab', 'trades', oneOf(TABS));
  const { lines } = result;
  return (
    <Tabs
      label={t('backtests.records')}
      value={tab === 'lines' && !lines ? 'trades' : tab}
      onChange={setTab}
      tabs={[
        {
          value: 'trades',
          label: t('backtests.trades'),
          count: formatCount(result.trades),
          content: <TradesTable id={run.id} total={result.trades} onTime={onTime} />,
        },
        {
          value: 'months',
          label: t('backtests.monthly_returns'),
          content: <MonthReturns months={result.months} />,
        },
        ...(lines
          ? [{ value: 'lines' as const, label: t('backtests.line_fills'), content: <LineTable lines={lines} /> }]
          : []),
        {
          value: 'fills',
          label: t('backtests.fills'),
          count: formatCount(result.fills),
          content: <FillsTable id={run.id} total={result.fills} onTime={onTime} />,
        },
        { value: 'config', label: t('backtests.config_and_data'), content: <RunFacts run={run} /> },
      ]}
    />
  );
}
