/** Equity over time with the falls from the peak below, and what it was at the crosshair. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { type EquityChart, type EquityLine, RUN_COLORS } from '#charts/equity-chart-lines.ts';
import { formatMoney, formatPct } from '#ui/format/numbers.ts';
import { textLocale } from '#ui/format/number-locale.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import css from './backtest-result.module.css';

export interface EquityCurveLine extends EquityLine {
  readonly key: string;
  readonly name: string;
}

export interface EquityPanelProps {
  readonly lines: readonly EquityCurveLine[];
  /** `percent`: gains since the start, of runs with different capital. */
  readonly unit: 'quote' | 'percent';
  readonly className?: string;
}

export function EquityPanel({ lines, unit, className }: EquityPanelProps) {
  const t = useT();
  const container = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EquityChart | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const value = useMemo(
    () => (unit === 'quote' ? (at: number) => formatMoney(at) : (at: number) => formatPct(at, { sign: true })),
    [unit],
  );

  // The library is large: it comes with the first chart. Another language writes its axes anew.
  useEffect(() => {
    let disposed = false;
    let made: EquityChart | undefined;
    void import('#charts/equity-chart.ts').then(({ createEquityChart }) => {
      if (disposed || !container.current) return;
      made = createEquityChart(container.current, {
        locale: textLocale(),
        formatValue: value,
        formatDrawdown: (fraction) => formatPct(fraction * 100, { decimals: 1 }),
        onHover: setHovered,
      });
      setChart(made);
    });
    return () => {
      disposed = true;
      made?.dispose();
      setChart(null);
    };
  }, [value, t]);
  useEffect(() => chart?.setLines(lines), [chart, lines]);

  const last = Math.max(...lines.map(({ ts }) => ts.at(-1) ?? 0), 0);
  const at = hovered ?? last;
  return (
    <Panel
      title={t('backtests.equity')}
      bodyClassName={css.chartBody}
      {...(className !== undefined && { className })}
      actions={<time className="dim">{at > 0 && formatTime(at, 'date')}</time>}
    >
      <ul className={css.legend}>
        {lines.map((line) => {
          const i = indexAt(line.ts, at);
          const fall = line.drawdown?.[i];
          return (
            <li key={line.key}>
              <Swatch color={line.color} /> {line.name} <b>{value(line.values[i] ?? Number.NaN)}</b>
              {fall !== undefined && (
                <span>
                  {' '}
                  {t('backtests.drawdown')} {formatPct(fall * 100)}
                </span>
              )}
            </li>
          );
        })}
      </ul>
      <div ref={container} className={css.canvas} role="img" aria-label={t('backtests.equity_label')} />
    </Panel>
  );
}

function Swatch({ color }: { readonly color: EquityLine['color'] }) {
  const background = color === 'reference' ? 'var(--faint)' : RUN_COLORS[color % RUN_COLORS.length];
  return <span aria-hidden="true" className={css.swatch} style={{ background }} />;
}

/** The last point not after `ts`; the first, where all are. */
function indexAt(times: readonly number[], ts: number): number {
  // The chart knows whole seconds.
  const found = times.findLastIndex((time) => Math.floor(time / 1000) <= Math.floor(ts / 1000));
  return Math.max(0, found);
}
