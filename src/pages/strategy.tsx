import { useT } from '#ui/i18n/use-t.ts';

export function StrategyPage() {
  const t = useT();
  return <h1>{t('strategies.strategies')}</h1>;
}
