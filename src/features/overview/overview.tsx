import { lazy, Suspense } from 'react';
import { useAfterFirstPrice } from '#stores/use-after-first-price.ts';
import { lazyPart } from '#ui/i18n/lazy-part.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { AccountFigures } from './account-figures.tsx';
import { LivePrices, type LivePricesProps } from './live-prices.tsx';
import { Waiting } from './waiting.tsx';
import styles from './overview.module.css';

const EquityCurve = lazy(() => import('./details.ts').then((module) => ({ default: module.EquityCurve })));
const RunningGrids = lazy(() => import('./details.ts').then((module) => ({ default: module.RunningGrids })));
const { Component: RunningStrategies } = lazyPart(
  () => import('./details.ts').then((module) => module.RunningStrategies),
  'desk',
);
const HealthSummary = lazy(() => import('./details.ts').then((module) => ({ default: module.HealthSummary })));
const SourcePrices = lazy(() => import('./details.ts').then((module) => ({ default: module.SourcePrices })));
const RecentFills = lazy(() => import('./details.ts').then((module) => ({ default: module.RecentFills })));

/** Everything at a glance: money, grids, strategies, fills, prices, health. */
export function Overview({ sparkline }: { readonly sparkline: LivePricesProps['sparkline'] }) {
  const t = useT();
  // What has to be asked for waits until the first price is there.
  const priced = useAfterFirstPrice();
  const curve = <Waiting title="overview.equity_curve" className={styles['curve']} />;
  const grids = <Waiting title="overview.grids" />;
  const health = <Waiting title="overview.health" />;
  const fills = <Waiting title="overview.fills" />;
  return (
    <div className={styles['page']}>
      <h1 className="visually-hidden">{t('frame.overview')}</h1>
      <AccountFigures className={styles['figures']} statsClassName={styles['stats']} />
      <Suspense fallback={curve}>{priced ? <EquityCurve className={styles['curve']} /> : curve}</Suspense>
      <div className={styles['side']}>
        <LivePrices
          sparkline={priced ? sparkline : undefined}
          more={
            priced && (
              <Suspense>
                <SourcePrices />
              </Suspense>
            )
          }
        />
        <Suspense fallback={health}>{priced ? <HealthSummary /> : health}</Suspense>
      </div>
      <div className={styles['tables']}>
        <div className={styles['running']}>
          <Suspense fallback={grids}>{priced ? <RunningGrids /> : grids}</Suspense>
          <Suspense>{priced && <RunningStrategies />}</Suspense>
        </div>
        <Suspense fallback={fills}>{priced ? <RecentFills /> : fills}</Suspense>
      </div>
    </div>
  );
}
