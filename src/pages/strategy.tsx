import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { GridLogs } from '#features/grid-detail/grid-logs.tsx';
import { OrderBookPanel } from '#features/order-book/order-book.tsx';
import { PriceChart } from '#features/price-chart/price-chart.tsx';
import { useChartInterval } from '#features/price-chart/use-chart-interval.ts';
import { StrategyActions } from '#features/strategy-detail/strategy-actions.tsx';
import { StrategyRecords } from '#features/strategy-detail/strategy-records.tsx';
import { StrategyStatusPanel } from '#features/strategy-detail/strategy-status.tsx';
import { StrategyTitle } from '#features/strategy-detail/strategy-title.tsx';
import { type StrategyPageModel, useStrategy, useStrategyChart } from '#features/strategy-detail/use-strategy.ts';
import { EditParamsDialog } from '#features/strategy-form/edit-params-dialog.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { NotLoaded, SkeletonRows } from '#ui/states.tsx';
import css from './grids.module.css';

export function StrategyPage() {
  const { id = '' } = useParams<{ id: string }>();
  // Another strategy is another page.
  return <Loaded key={id} id={id} />;
}

function Loaded({ id }: { readonly id: string }) {
  const t = useT();
  const model = useStrategy(id);
  const { view, status, error } = model;
  if (view !== null) return <Detail model={model} view={view} />;
  return (
    <div className={css.alone}>
      <NotLoaded
        error={status === 'error' ? error : null}
        missing={{
          title: t('strategies.not_found'),
          text: t('strategies.not_found_text'),
          action: <Link href={paths.strategies()}>{t('strategies.strategies')}</Link>,
        }}
        onRetry={model.retry}
      />
    </div>
  );
}

interface DetailProps {
  readonly model: StrategyPageModel;
  readonly view: NonNullable<StrategyPageModel['view']>;
}

function Detail({ model, view }: DetailProps) {
  const { instrument, fills } = model;
  const { timeframe } = view.config;
  const [interval, setInterval] = useChartInterval(timeframe);
  const [editing, setEditing] = useState(false);
  const { marks, drawn } = useStrategyChart(model);
  return (
    <div className={css.detail}>
      <div className={css.title}>
        <StrategyTitle strategy={view} instrument={instrument}>
          <StrategyActions strategy={view} instrument={instrument} onEdit={() => setEditing(true)} />
        </StrategyTitle>
      </div>
      {instrument ? (
        <PriceChart
          instrument={instrument}
          interval={interval}
          onInterval={setInterval}
          fills={fills}
          signals={marks}
          strategy={interval === timeframe ? drawn : undefined}
          className={css.chart ?? ''}
        />
      ) : (
        <div className={css.chart}>
          <SkeletonRows rows={8} />
        </div>
      )}
      <div className={css.side}>
        <StrategyStatusPanel strategy={view} instrument={instrument} className={css.status ?? ''} />
        {instrument && <OrderBookPanel instrument={instrument} className={css.book ?? ''} />}
      </div>
      <div className={css.bottom}>
        <div className={css.records}>
          <StrategyRecords model={model} />
        </div>
        <GridLogs source={`strategy.${view.id}`} className={css.logs ?? ''} />
      </div>
      {editing && (
        <EditParamsDialog
          strategy={view}
          currencies={{ quote: instrument?.quote, base: instrument?.base }}
          onClose={() => setEditing(false)}
        />
      )}
    </div>
  );
}
