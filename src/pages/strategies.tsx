import { useT } from '#ui/i18n/use-t.ts';

export function StrategiesPage() {
  const t = useT();
  return <h1>{t('strategies.strategies')}</h1>;
}
