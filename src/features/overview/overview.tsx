import { AccountFigures } from './account-figures.tsx';
import { EquityCurve } from './equity-curve.tsx';
import { HealthSummary } from './health-summary.tsx';
import { LivePrices } from './live-prices.tsx';
import { RecentFills } from './recent-fills.tsx';
import { RunningGrids } from './running-grids.tsx';
import styles from './overview.module.css';

/** Everything at a glance: money, grids, fills, prices, health. */
export function Overview() {
  return (
    <div className={styles['page']}>
      <AccountFigures className={styles['figures']} statsClassName={styles['stats']} />
      <EquityCurve className={styles['curve']} />
      <div className={styles['side']}>
        <LivePrices />
        <HealthSummary />
      </div>
      <div className={styles['tables']}>
        <RunningGrids />
        <RecentFills />
      </div>
    </div>
  );
}
