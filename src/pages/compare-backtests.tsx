import { CompareView } from '#features/backtest-compare/compare-view.tsx';
import { EquityPanel } from '#features/backtest-result/equity-panel.tsx';
import css from './compare-backtests.module.css';

export function CompareBacktestsPage() {
  return <CompareView chart={(lines) => <EquityPanel lines={lines} unit="percent" className={css.chart ?? ''} />} />;
}
