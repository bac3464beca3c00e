import type { SweepCell, SweepResult } from '#protocol/backtest-shapes.ts';
import { paramLabel } from '#ui/format/strategy-words.ts';
import { isoDay } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { SkeletonRows } from '#ui/states.tsx';
import { type Column, Table } from '#ui/table.tsx';
import { metricLabel, metricText } from './metric-words.ts';
import css from './sweep.module.css';

interface TopProps {
  /** The best first. */
  readonly cells: readonly SweepCell[];
  readonly params: readonly string[];
  readonly metric: string;
  readonly hasOut: boolean;
  readonly chosen: number | null;
  readonly onChoose: (cell: SweepCell) => void;
}

export function TopCells({ cells, params, metric, hasOut, chosen, onChoose }: TopProps) {
  const t = useT();
  const columns: Column<SweepCell>[] = [
    {
      key: 'combination',
      header: params.map((param) => paramLabel({ name: param, label: param }, t)).join(' · '),
      cell: (cell) => (
        <button type="button" className={css.link} onClick={() => onChoose(cell)}>
          {params.map((param) => String(cell.params[param] ?? '')).join(' · ')}
        </button>
      ),
    },
    {
      key: 'metric',
      header: metricLabel(metric, t),
      align: 'end',
      cell: ({ metrics }) => metricText(metric, metrics?.[metric]),
    },
  ];
  if (hasOut) {
    columns.push({
      key: 'out',
      header: t('backtests.out_sample'),
      align: 'end',
      cell: (cell) => metricText(metric, cell.out_of_sample?.[metric]),
    });
  }
  if (metric !== 'total_return') {
    columns.push({
      key: 'return',
      header: t('backtests.total_return'),
      align: 'end',
      wide: true,
      cell: ({ metrics }) => metricText('total_return', metrics?.total_return),
    });
  }
  return (
    <Panel title={t('backtests.top_cells')} className={css.top ?? ''}>
      {cells.length === 0 ? (
        <SkeletonRows rows={6} />
      ) : (
        <Table
          label={t('backtests.top_cells')}
          columns={columns}
          rows={cells}
          rowKey={({ index }) => index}
          onRowClick={onChoose}
          isSelected={({ index }) => index === chosen}
        />
      )}
    </Panel>
  );
}

/** Each window chose by its first part; what that did on the rest is the honest figure. */
export function WalkTable({ sweep, metric }: { readonly sweep: SweepResult; readonly metric: string }) {
  const t = useT();
  const { walk = [], walk_total: total } = sweep;
  return (
    <Panel title={t('backtests.walk')}>
      <p className={css.trust}>{t('backtests.walk_text')}</p>
      <Table
        label={t('backtests.walk')}
        rows={walk}
        rowKey={({ from }) => from}
        columns={[
          {
            key: 'window',
            header: t('backtests.walk_window'),
            cell: ({ from, to }) => `${isoDay(from)} – ${isoDay(to)}`,
          },
          {
            key: 'chosen',
            header: t('backtests.walk_chosen'),
            wide: true,
            cell: ({ params }) => sweep.config.ranges.map(({ param }) => String(params?.[param] ?? '–')).join(' · '),
          },
          {
            key: 'in',
            header: t('backtests.in_sample'),
            align: 'end',
            cell: ({ in_sample }) => metricText(metric, in_sample?.[metric]),
          },
          {
            key: 'out',
            header: t('backtests.out_sample'),
            align: 'end',
            cell: ({ out_of_sample }) => metricText(metric, out_of_sample?.[metric]),
          },
        ]}
      />
      {total && (
        <p className={css.trust}>
          {t('backtests.walk_total')}: {metricLabel('total_return', t)} {metricText('total_return', total.total_return)}
        </p>
      )}
    </Panel>
  );
}
