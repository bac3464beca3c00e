import { useDeferredValue, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { logLevel } from '#protocol/shapes.ts';
import { useMay } from '#stores/connection.ts';
import { useInstance } from '#stores/environment.tsx';
import { logsStore, type LogLine, type LogsState } from '#stores/logs.ts';
import { Button, IconButton } from '#ui/button.tsx';
import { Input } from '#ui/field.tsx';
import { formatCount } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { anyText, oneOf, useSearchState } from '#ui/routing/use-search-state.ts';
import { copyText, saveFile } from '#ui/save-file.ts';
import { Segmented } from '#ui/segmented.tsx';
import { EmptyState, ErrorState, ForbiddenState, SkeletonRows } from '#ui/states.tsx';
import { VirtualList } from '#ui/virtual-list.tsx';
import { useLogHistory } from './use-log-history.ts';
import styles from './logs.module.css';

const LEVELS = logLevel.options;
const isLevel = oneOf(LEVELS);
const ROW_PX = 20;

/** The live log with its filters; what is chosen stands in the address. */
export function Logs({ className }: { readonly className?: string | undefined }) {
  const t = useT();
  const { store, setFilter, clear } = useInstance(logsStore);
  const state = useStore(store);
  const may = useMay('trader') && !state.forbidden;
  const history = useLogHistory(may);
  const [level, setLevel] = useSearchState('level', 'info', isLevel);
  const [source, setSource] = useSearchState('source', '', anyText);
  const [text, setText] = useSearchState('q', '', anyText);
  const [follow, setFollow] = useState(true);
  /** Up to which record, counted from the first ever of these lines, is shown. Another filter means other lines. */
  const [pause, setPause] = useState<{ readonly lines: unknown; readonly end: number } | null>(null);
  const [copied, setCopied] = useState<boolean | null>(null);

  // Typing stays quick; 100,000 records are sifted when there is time.
  const wanted = useDeferredValue({ level, source, text });
  const { level: byLevel, source: bySource, text: byText } = wanted;
  useEffect(() => {
    setFilter({ level: byLevel, source: bySource, text: byText });
  }, [setFilter, byLevel, bySource, byText]);

  const { lines } = state;
  const end = lines.dropped + lines.length;
  const pausedAt = pause?.lines === lines ? pause.end : null;
  const count = pausedAt === null ? lines.length : Math.max(0, Math.min(end, pausedAt) - lines.dropped);
  const asText = () => {
    const all: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const line = lines.at(i);
      if (line) all.push(`${new Date(line.ts).toISOString()} ${line.level} ${line.source} ${line.message}`);
    }
    return `${all.join('\n')}\n`;
  };

  const filters = (
    <div className={styles['filters']}>
      <Segmented
        label={t('system.level')}
        value={level}
        onChange={setLevel}
        options={LEVELS.map((value) => ({ value, label: t(`system.level_${value}`) }))}
      />
      <Input
        className={styles['filter']}
        aria-label={t('system.source')}
        placeholder={`${t('system.source')}: ${t('system.any_source')}`}
        value={source}
        onChange={(event) => setSource(event.target.value)}
      />
      <Input
        className={styles['filter']}
        type="search"
        aria-label={t('system.text')}
        placeholder={`${t('system.text')}: ${t('system.any_text')}`}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
  const actions = (
    <>
      <span className={styles['count']}>
        {t('system.count', { shown: formatCount(count), total: formatCount(state.total) })}
      </span>
      <Button
        size="s"
        icon={pausedAt === null ? 'pause' : 'play'}
        aria-pressed={pausedAt !== null}
        onClick={() => setPause(pausedAt === null ? { lines, end } : null)}
      >
        {t('system.pause')}
      </Button>
      <Button size="s" icon="sortDown" aria-pressed={follow} onClick={() => setFollow(!follow)}>
        {t(follow ? 'system.following' : 'system.follow')}
      </Button>
      <IconButton
        icon={copied === true ? 'check' : 'copy'}
        size="s"
        label={t(copied === null ? 'system.copy' : copied ? 'system.copied' : 'system.copy_failed')}
        onClick={() => void copyText(asText()).then(setCopied)}
        onBlur={() => setCopied(null)}
      />
      <IconButton
        icon="download"
        size="s"
        label={t('system.download')}
        onClick={() => saveFile('griddesk.log', asText())}
      />
      <IconButton icon="close" size="s" label={t('system.clear')} onClick={clear} />
    </>
  );

  return (
    <Panel
      title={t('system.logs')}
      aside={may && filters}
      actions={may && actions}
      className={`${styles['panel'] ?? ''} ${className ?? ''}`}
      bodyClassName={styles['body']}
    >
      {!may ? (
        <ForbiddenState text={t('system.logs_forbidden')} />
      ) : count > 0 ? (
        <List state={state} count={count} follow={follow && pausedAt === null} onFollowChange={setFollow} />
      ) : history.error ? (
        <ErrorState error={history.error} />
      ) : history.loading ? (
        <SkeletonRows rows={12} />
      ) : (
        <EmptyState
          title={t('system.no_logs')}
          action={history.loadEarlier && <Button onClick={history.loadEarlier}>{t('system.earlier')}</Button>}
        />
      )}
    </Panel>
  );
}

interface ListProps {
  readonly state: LogsState;
  readonly count: number;
  readonly follow: boolean;
  readonly onFollowChange: (following: boolean) => void;
}

function List({ state, count, follow, onFollowChange }: ListProps) {
  const t = useT();
  return (
    <VirtualList
      label={t('system.logs')}
      count={count}
      rowHeight={ROW_PX}
      follow={follow}
      onFollowChange={onFollowChange}
      dropped={state.lines.dropped}
      renderRow={(index) => {
        const line = state.lines.at(index);
        return line ? <Line line={line} /> : null;
      }}
    />
  );
}

const TONES = { debug: 'faint', info: 'dim', warn: 'warn', error: 'down' } as const;

function Line({ line }: { readonly line: LogLine }) {
  return (
    <div className={styles['line']} title={line.message}>
      <span className="faint">{formatTime(line.ts)}</span>
      <span className={TONES[line.level]}>{line.level}</span>
      <span className={`dim ${styles['source'] ?? ''}`}>{line.source}</span>
      <span className={styles['message']}>{line.message}</span>
    </div>
  );
}
