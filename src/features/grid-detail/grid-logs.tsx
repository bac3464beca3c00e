/** The region *Logs* of one grid or strategy. */
import { useStore } from 'zustand';
import { useInstance } from '#stores/environment.tsx';
import { gridLogStore } from '#stores/grids-log-feed.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { oneOf, useSearchState } from '#ui/routing/use-search-state.ts';
import { Segmented } from '#ui/segmented.tsx';
import { EmptyState, ErrorState, ForbiddenState, SkeletonRows } from '#ui/states.tsx';
import css from './grid-detail.module.css';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** `source`: what its records name, `grid.<id>` or `strategy.<id>`. */
export function GridLogs({ source, className }: { readonly source: string; readonly className?: string }) {
  const t = useT();
  const { status, lines } = useStore(useInstance(gridLogStore).of(source));
  const [level, setLevel] = useSearchState('level', 'info', oneOf(LEVELS));
  const shown = lines.filter((line) => LEVELS.indexOf(line.level) >= LEVELS.indexOf(level));
  return (
    <Panel
      title={t('grids.logs')}
      {...(className !== undefined && { className })}
      aside={
        <Segmented
          label={t('grids.log_level')}
          value={level}
          options={LEVELS.map((value) => ({ value, label: t(`grids.level_${value}`) }))}
          onChange={setLevel}
        />
      }
    >
      {status === 'loading' ? (
        <SkeletonRows rows={6} />
      ) : status === 'forbidden' ? (
        <ForbiddenState />
      ) : status === 'error' && lines.length === 0 ? (
        <ErrorState error={{ message: t('grids.logs_failed') }} />
      ) : shown.length === 0 ? (
        <EmptyState title={t('grids.no_logs')} />
      ) : (
        <ol className={css.logs} tabIndex={0}>
          {shown.map((line) => (
            <li key={line.key} data-level={line.level}>
              <time>{formatTime(line.ts)}</time> {line.level} <span>{line.message}</span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
