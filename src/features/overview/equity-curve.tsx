import { useState } from 'react';
import { accountStore, totalsOf } from '#stores/account.ts';
import { useInstance, useSelect } from '#stores/environment.tsx';
import { tickersStore } from '#stores/tickers.ts';
import { useCommandQuery } from '#queries/commands.ts';
import { formatMoney } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { oneOf, useSearchState } from '#ui/routing/use-search-state.ts';
import { Segmented } from '#ui/segmented.tsx';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import { useSize } from '#ui/use-size.ts';
import { curveScale, nearest, timeLabels, type Point } from './curve-scale.ts';
import styles from './equity-curve.module.css';

const MINUTE = 60_000;
const DAY = 86_400_000;
const RANGES = { day: DAY, week: 7 * DAY, month: 30 * DAY, all: Number.POSITIVE_INFINITY } as const;
type Range = keyof typeof RANGES;
const isRange = oneOf(Object.keys(RANGES) as Range[]);
const POINTS = 600;

export function EquityCurve({ className }: { readonly className: string | undefined }) {
  const t = useT();
  const [range, setRange] = useSearchState<Range>('range', 'day', isRange);
  const [opened] = useState(() => Date.now());
  const tickers = useInstance(tickersStore);
  const span = RANGES[range];
  const balances = useSelect(accountStore, (state) => state.balances);
  // A replay lives in the time of its prices, and so does its curve.
  const now = Math.max(...[...tickers.getState().values()].map(({ ts }) => ts), 0) || opened;
  // Seldom another one, so that the same question finds its answer again.
  const step = span / 48;
  const from = span === Number.POSITIVE_INFINITY ? undefined : Math.floor((now - span) / step) * step;
  const query = useCommandQuery(
    'account.equity',
    { limit: POINTS, ...(from !== undefined && { from }) },
    { refetchInterval: MINUTE, keepPrevious: true },
  );
  const points = query.data && withNow(query.data.points, now, totalsOf(balances)?.equity);
  const choice = (
    <Segmented
      label={t('overview.range')}
      value={range}
      onChange={setRange}
      options={[
        { value: 'day', label: t('overview.day') },
        { value: 'week', label: t('overview.week') },
        { value: 'month', label: t('overview.month') },
        { value: 'all', label: t('overview.all') },
      ]}
    />
  );
  return (
    <Panel title={t('overview.equity_curve')} actions={choice} {...(className && { className })}>
      {query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : points === undefined ? (
        <Skeleton height="100%" />
      ) : points.length < 2 ? (
        <EmptyState title={t('overview.no_equity')} text={t('overview.no_equity_text')} />
      ) : (
        <Curve points={points} long={span > 2 * DAY} />
      )}
    </Panel>
  );
}

/** The engine notes a point a minute: the newest is what the account holds now. */
function withNow(points: readonly Point[], ts: number, equity: string | number | undefined): readonly Point[] {
  if (equity === undefined) return points;
  const now = { ts: Math.max(ts, points.at(-1)?.ts ?? 0), equity: Number(equity) };
  // Before the first point: the account has held as much all along.
  return points.length > 0 ? [...points, now] : [{ ...now, ts: now.ts - MINUTE }, now];
}

const GUTTER = 74;
const FOOT = 20;

function Curve({ points, long }: { readonly points: readonly Point[]; readonly long: boolean }) {
  const t = useT();
  const [ref, { width, height }] = useSize<HTMLDivElement>();
  const [hovered, setHovered] = useState<number | null>(null);
  const area = { left: 0, right: Math.max(1, width - GUTTER), top: 10, bottom: Math.max(20, height - FOOT) };
  const { x, y, ticks } = curveScale(points, area);
  const path = points.map(({ ts, equity }) => `${x(ts).toFixed(1)},${y(equity).toFixed(1)}`).join('L');
  const [first, last] = [points[0], points.at(-1)];
  const shown = hovered === null ? undefined : nearest(points, hovered);
  const onMove = (offset: number) => {
    if (!first || !last) return;
    setHovered(first.ts + (offset / area.right) * (last.ts - first.ts));
  };
  const labels = timeLabels(points, width < 500 ? 3 : 5, (ts) => formatTime(ts, long ? 'day' : 'minute'));
  return (
    <div
      ref={ref}
      className={styles['chart']}
      onPointerMove={(event) => onMove(event.clientX - event.currentTarget.getBoundingClientRect().left)}
      onPointerLeave={() => setHovered(null)}
    >
      {width > 0 && (
        <svg className={styles['svg']} width={width} height={height} role="img" aria-label={t('overview.equity_curve')}>
          {ticks.map((tick) => (
            <g key={tick}>
              <line className={styles['gridline']} x1={0} x2={area.right} y1={y(tick)} y2={y(tick)} />
              <text className={styles['label']} x={area.right + 8} y={y(tick) + 3.5}>
                {formatMoney(tick)}
              </text>
            </g>
          ))}
          {labels.map(({ ts, text }) => (
            <text key={text} className={styles['label']} x={x(ts) + 8} y={height - 6}>
              {text}
            </text>
          ))}
          <path className={styles['area']} d={`M${path}V${area.bottom}H0Z`} />
          <path className={styles['line']} d={`M${path}`} />
          {shown && (
            <>
              <line className={styles['cursor']} x1={x(shown.ts)} x2={x(shown.ts)} y1={area.top} y2={area.bottom} />
              <circle className={styles['dot']} cx={x(shown.ts)} cy={y(shown.equity)} r={4} />
            </>
          )}
        </svg>
      )}
      {shown && (
        <div className={styles['readout']} style={{ left: Math.max(8, Math.min(x(shown.ts) + 10, area.right - 180)) }}>
          <span className="dim">{formatTime(shown.ts, 'short')}</span> <strong>{formatMoney(shown.equity)}</strong>
        </div>
      )}
    </div>
  );
}
