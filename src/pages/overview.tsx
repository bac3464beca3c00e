import { Overview } from '#features/overview/overview.tsx';

export function OverviewPage() {
  return <Overview />;
}
