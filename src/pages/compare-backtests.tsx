import { useT } from '#ui/i18n/use-t.ts';

export function CompareBacktestsPage() {
  const t = useT();
  return <h1>{t('backtests.backtests')}</h1>;
}
