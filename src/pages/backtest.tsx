import { useParams } from 'wouter';
import { ResultView } from '#features/backtest-result/result-view.tsx';

export function BacktestPage() {
  const { id = '' } = useParams<{ id: string }>();
  // Another run is another page.
  return <ResultView key={id} id={id} />;
}
