import { OrderBookPanel } from '#features/order-book/order-book.tsx';
import { PriceChart } from '#features/price-chart/price-chart.tsx';
import { useChartInterval } from '#features/price-chart/use-chart-interval.ts';
import { StrategyForm } from '#features/strategy-form/strategy-form.tsx';
import { useStrategyForm } from '#features/strategy-form/use-strategy-form.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { SkeletonRows } from '#ui/states.tsx';
import css from './grids.module.css';

export function NewStrategyPage() {
  const t = useT();
  const model = useStrategyForm();
  const { instrument, draft } = model;
  // It follows the strategy's timeframe until another one is chosen.
  const [interval, setInterval] = useChartInterval(draft.timeframe);
  return (
    <div className={css.form}>
      <h1 className="visually-hidden">{t('strategies.new_strategy')}</h1>
      <StrategyForm model={model} className={css.fields ?? ''} />
      {instrument ? (
        <>
          <PriceChart
            instrument={instrument}
            interval={interval}
            onInterval={setInterval}
            strategy={interval === draft.timeframe ? model.drawn : undefined}
            className={css.formChart ?? ''}
          />
          <OrderBookPanel instrument={instrument} className={css.formBook ?? ''} />
        </>
      ) : (
        <div className={css.waiting}>
          <SkeletonRows rows={10} />
        </div>
      )}
    </div>
  );
}
