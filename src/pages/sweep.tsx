import { useT } from '#ui/i18n/use-t.ts';

export function SweepPage() {
  const t = useT();
  return <h1>{t('backtests.backtests')}</h1>;
}
