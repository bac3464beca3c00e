import { lazy, Suspense } from 'react';
import { Overview } from '#features/overview/overview.tsx';

const Sparkline = lazy(() =>
  import('#features/watch-list/sparkline-cell.tsx').then((module) => ({ default: module.SparklineCell })),
);

export function OverviewPage() {
  return (
    <Overview
      sparkline={(instrument) => (
        <Suspense>
          <Sparkline instrument={instrument} />
        </Suspense>
      )}
    />
  );
}
