import { useState } from 'react';
import { Link, useParams } from 'wouter';
import { GridActions } from '#features/grid-actions/grid-actions.tsx';
import { GridLogs } from '#features/grid-detail/grid-logs.tsx';
import { GridRecords } from '#features/grid-detail/grid-records.tsx';
import { GridStatusPanel } from '#features/grid-detail/grid-status.tsx';
import { GridTitle } from '#features/grid-detail/grid-title.tsx';
import { ReplaySession } from '#features/grid-detail/replay-session.tsx';
import { useGrid } from '#features/grid-detail/use-grid.ts';
import { useGridChart } from '#features/grid-detail/use-grid-chart.ts';
import { EditGridDialog } from '#features/grid-form/edit-grid-dialog.tsx';
import { OrderBookPanel } from '#features/order-book/order-book.tsx';
import { PriceChart } from '#features/price-chart/price-chart.tsx';
import { useChartInterval } from '#features/price-chart/use-chart-interval.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { NotLoaded, SkeletonRows } from '#ui/states.tsx';
import css from './grids.module.css';

export function GridPage() {
  const { id = '' } = useParams<{ id: string }>();
  // Another grid is another page.
  return <GridDetail key={id} id={id} />;
}

function GridDetail({ id }: { readonly id: string }) {
  const t = useT();
  const model = useGrid(id);
  const { view, instrument, status, error } = model;
  const { lines, fills, own } = useGridChart(model);
  const [interval, setInterval] = useChartInterval('5m');
  const [editing, setEditing] = useState(false);

  if (view === null) {
    return (
      <div className={css.alone}>
        <NotLoaded
          error={status === 'error' ? error : null}
          missing={{
            title: t('grids.not_found'),
            text: t('grids.not_found_text'),
            action: <Link href={paths.grids()}>{t('grids.grids')}</Link>,
          }}
          onRetry={model.retry}
        />
      </div>
    );
  }
  return (
    <div className={css.detail}>
      <div className={css.title}>
        <GridTitle grid={view} instrument={instrument}>
          <ReplaySession grid={view} />
          <GridActions grid={view} instrument={instrument} onEdit={() => setEditing(true)} />
        </GridTitle>
      </div>
      {instrument ? (
        <PriceChart
          instrument={instrument}
          interval={interval}
          onInterval={setInterval}
          lines={lines}
          fills={fills}
          className={css.chart ?? ''}
        />
      ) : (
        <div className={css.chart}>
          <SkeletonRows rows={8} />
        </div>
      )}
      <div className={css.side}>
        <GridStatusPanel grid={view} instrument={instrument} className={css.status ?? ''} />
        {instrument && <OrderBookPanel instrument={instrument} own={own} className={css.book ?? ''} />}
      </div>
      <div className={css.bottom}>
        <div className={css.records}>
          <GridRecords model={model} />
        </div>
        <GridLogs source={`grid.${id}`} className={css.logs ?? ''} />
      </div>
      {editing && instrument && (
        <EditGridDialog grid={view} venue={instrument.venue} onClose={() => setEditing(false)} />
      )}
    </div>
  );
}
