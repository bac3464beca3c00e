import { useT } from '#ui/i18n/use-t.ts';

export function NewBacktestPage() {
  const t = useT();
  return <h1>{t('backtests.backtests')}</h1>;
}
