/** System → Connections: every source with its figures; opened, each of its connections, by type. */
import { useEffect, useRef, useState } from 'react';
import { Link } from 'wouter';
import { useMay } from '#stores/connection.ts';
import type { SourceView } from '#stores/source-types.ts';
import { Banner } from '#ui/banner.tsx';
import { Button, buttonClass } from '#ui/button.tsx';
import { formatCount, formatMoney } from '#ui/format/numbers.ts';
import { formatAge } from '#ui/format/times.ts';
import { Icon } from '#ui/icon.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { anyText, useSearchState } from '#ui/routing/use-search-state.ts';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { Dot } from '#ui/tag.tsx';
import { Trend } from '#ui/trend.tsx';
import { useNow } from '#ui/use-now.ts';
import { ConnectionDetail } from './connection-detail.tsx';
import styles from './connections.module.css';
import { describeSource, formatMs } from './describe-source.ts';
import { lastMessageAt, totals, upSince } from './figures.ts';
import { ReloadNotes } from './reload-notes.tsx';
import { SignInDialog } from './sign-in-dialog.tsx';
import { useSourceActions, useSources } from './use-sources.ts';

export function Connections() {
  const t = useT();
  const { status, error, sources } = useSources();
  const now = useNow();
  const [opened, setOpened] = useSearchState('connection', '', anyText);
  return (
    <Panel title={t('sources.connections')} className={styles['panel'] ?? ''}>
      <ReloadNotes sources={sources} />
      <Alarms sources={sources} now={now} />
      {status === 'loading' ? (
        <SkeletonRows rows={2} />
      ) : status === 'error' && error !== null ? (
        <ErrorState error={error} />
      ) : sources.length === 0 ? (
        <NoSources />
      ) : (
        <ul className={styles['sources']} aria-label={t('sources.sources')}>
          {sources.map((source) => (
            <SourceRow
              key={source.config.id}
              source={source}
              now={now}
              open={source.config.id === opened}
              onToggle={(open) => setOpened(open ? source.config.id : '')}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function NoSources() {
  const t = useT();
  const may = useMay('trader');
  return (
    <EmptyState
      title={t('sources.none')}
      text={t('sources.none_text')}
      action={
        may && (
          <Link href={paths.settings({ add: 'choose' })} className={buttonClass()}>
            {t('sources.add')}
          </Link>
        )
      }
    />
  );
}

/** M5: connected, and yet nothing comes. */
function Alarms({ sources, now }: { readonly sources: readonly SourceView[]; readonly now: number }) {
  const t = useT();
  const { reconnect } = useSourceActions();
  return sources.map(({ config: { id, name }, state }) => {
    if (state.phase !== 'live' || state.silentSince === null) return null;
    return (
      <Banner
        key={id}
        tone="warn"
        action={
          <Button size="s" onClick={() => reconnect(id)}>
            {t('desk.reconnect')}
            <span className="visually-hidden"> {name}</span>
          </Button>
        }
      >
        {t('sources.silent', { name, age: formatAge(now - state.silentSince) })}
      </Banner>
    );
  });
}

interface RowProps {
  readonly source: SourceView;
  readonly now: number;
  readonly open: boolean;
  readonly onToggle: (open: boolean) => void;
}

function SourceRow({ source, now, open, onToggle }: RowProps) {
  const t = useT();
  const { config, state, history, latency } = source;
  const { tone, text, reason } = describeSource(source, now, t);
  const { reconnect } = useSourceActions();
  const [signingIn, setSigningIn] = useState(false);
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    // Not to its start: that would move the whole frame where the page itself cannot scroll so far.
    if (open) item.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  const sums = totals(source);
  const since = upSince(source);
  const last = lastMessageAt(source);
  // Of a source that has never talked there is nothing to tell.
  const hasFigures = state.phase === 'live' || sums.messages > 0;
  const bytes = history.bytesPerSecond.at(-1);
  const p50p99 = (pair: { readonly p50: number | null; readonly p99: number | null }) =>
    pair.p50 === null ? '–' : `${formatMs(pair.p50) ?? '–'} / ${formatMs(pair.p99) ?? '–'}`;
  return (
    <li ref={item} className={styles['source']} aria-label={config.name}>
      <div className={styles['head']}>
        <button
          type="button"
          className={styles['toggle']}
          aria-expanded={open}
          aria-label={t('sources.details_of', { name: config.name })}
          onClick={() => onToggle(!open)}
        >
          <Icon name={open ? 'chevronDown' : 'chevronRight'} size={13} />
          <Dot tone={tone} />
          <b>{config.name}</b>
        </button>
        <span className={tone === 'up' ? 'dim' : tone === 'neutral' ? 'faint' : tone}>{text}</span>
        <span className={`faint ${styles['url'] ?? ''}`} title={config.url}>
          {reason ?? config.url}
        </span>
        {state.phase === 'needs_token' && (
          <Button size="s" variant="primary" onClick={() => setSigningIn(true)}>
            {t(config.auth === 'login' ? 'sources.sign_in' : 'sources.enter_token')}
          </Button>
        )}
        {state.phase !== 'disabled' && (
          <Button size="s" variant="ghost" icon="restart" onClick={() => reconnect(config.id)}>
            {t('desk.reconnect')}
            <span className="visually-hidden"> {config.name}</span>
          </Button>
        )}
      </div>
      {hasFigures && (
        <dl className={styles['figures']}>
          <Figure label={t('sources.uptime')} value={since === null ? '–' : formatAge(now - since)} />
          <Figure
            label={t('sources.rate')}
            value={formatMoney(history.messagesPerSecond.at(-1), { decimals: 1 })}
            series={history.messagesPerSecond}
          />
          <Figure
            label={t('sources.bytes_rate')}
            value={formatMoney(bytes === undefined ? undefined : bytes / 1024, { decimals: 1 })}
            series={history.bytesPerSecond}
          />
          <Figure
            label={t('desk.round_trip')}
            value={formatMs(history.roundTripMs.at(-1)) ?? '–'}
            series={history.roundTripMs}
          />
          <Figure label={t('sources.latency_received')} value={p50p99(latency.received)} series={history.latencyMs} />
          <Figure label={t('sources.latency_painted')} value={p50p99(latency.painted)} />
        </dl>
      )}
      {hasFigures && (
        <dl className={styles['inline']}>
          <Figure label={t('desk.last_message')} value={last === null ? '–' : formatAge(now - last)} />
          <Figure label={t('desk.reconnects')} value={formatCount(sums.reconnects)} />
          <Figure label={t('sources.resyncs')} value={formatCount(sums.resyncs)} />
          <Figure label={t('sources.dropped')} value={formatCount(sums.dropped)} />
        </dl>
      )}
      {open && <ConnectionDetail source={source} now={now} />}
      {signingIn && <SignInDialog source={source} onClose={() => setSigningIn(false)} />}
    </li>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly series?: readonly number[];
}

function Figure({ label, value, series }: FigureProps) {
  return (
    <div className={styles['figure']}>
      <dt title={label}>{label}</dt>
      <dd>
        {value}
        {series !== undefined && series.length > 1 && (
          <span className={styles['trend']}>
            <Trend values={series} height={14} />
          </span>
        )}
      </dd>
    </div>
  );
}
