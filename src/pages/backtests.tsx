import { Runs } from '#features/backtest-list/runs.tsx';
import { Datasets } from '#features/datasets/datasets.tsx';
import { SweepList } from '#features/sweep/sweep-list.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { oneOf, useSearchState } from '#ui/routing/use-search-state.ts';
import { Tabs } from '#ui/tabs.tsx';
import css from './backtests.module.css';

const TABS = ['runs', 'sweeps', 'data'] as const;

export function BacktestsPage() {
  const t = useT();
  const [tab, setTab] = useSearchState('tab', 'runs', oneOf(TABS));
  return (
    <div className={css.page}>
      <h1 className="visually-hidden">{t('backtests.backtests')}</h1>
      <Tabs
        label={t('backtests.backtests')}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'runs', label: t('backtests.runs'), content: <Runs /> },
          { value: 'sweeps', label: t('backtests.sweeps'), content: <SweepList /> },
          { value: 'data', label: t('backtests.data'), content: <Datasets /> },
        ]}
      />
    </div>
  );
}
