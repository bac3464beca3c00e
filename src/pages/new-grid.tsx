import { GridForm } from '#features/grid-form/grid-form.tsx';
import { useGridForm } from '#features/grid-form/use-grid-form.ts';
import { useInitialDraft } from '#features/grid-form/use-initial-draft.ts';
import { OrderBookPanel } from '#features/order-book/order-book.tsx';
import { PriceChart } from '#features/price-chart/price-chart.tsx';
import { useChartInterval } from '#features/price-chart/use-chart-interval.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { SkeletonRows } from '#ui/states.tsx';
import css from './grids.module.css';

export function NewGridPage() {
  const t = useT();
  const model = useGridForm(useInitialDraft());
  const [interval, setInterval] = useChartInterval('15m');
  const { instrument } = model;
  return (
    <div className={css.form}>
      <h1 className="visually-hidden">{t('grids.new_grid')}</h1>
      <GridForm model={model} className={css.fields ?? ''} />
      {instrument ? (
        <>
          <PriceChart
            instrument={instrument}
            interval={interval}
            onInterval={setInterval}
            lines={model.lines}
            range={model.range}
            onRange={model.setRange}
            className={css.formChart ?? ''}
          />
          <OrderBookPanel instrument={instrument} onPick={model.pickPrice} className={css.formBook ?? ''} />
        </>
      ) : (
        <div className={css.waiting}>
          <SkeletonRows rows={10} />
        </div>
      )}
    </div>
  );
}
