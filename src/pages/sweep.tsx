import { useParams } from 'wouter';
import { SweepPanel } from '#features/sweep/sweep-view.tsx';

export function SweepPage() {
  const { id = '' } = useParams();
  return <SweepPanel key={id} id={id} />;
}
