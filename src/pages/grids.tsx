import { GridList } from '#features/grid-list/grid-list.tsx';
import { VenueBots } from '#features/grid-list/venue-bots.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import css from './grids.module.css';

export function GridsPage() {
  const t = useT();
  return (
    <div className={css.list}>
      <h1 className="visually-hidden">{t('grids.grids')}</h1>
      <GridList className={css.fill ?? ''} />
      <VenueBots className={css.bots ?? ''} />
    </div>
  );
}
