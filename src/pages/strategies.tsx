import { Catalog } from '#features/strategy-list/catalog.tsx';
import { StrategyList } from '#features/strategy-list/strategy-list.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import css from './strategies.module.css';

export function StrategiesPage() {
  const t = useT();
  return (
    <div className={css.list}>
      <h1 className="visually-hidden">{t('strategies.strategies')}</h1>
      <StrategyList className={css.started ?? ''} />
      <Catalog className={css.catalog ?? ''} />
    </div>
  );
}
