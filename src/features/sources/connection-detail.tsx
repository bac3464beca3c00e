import { useMemo } from 'react';
import type { SourceView } from '#stores/source-types.ts';
import { formatCompact, formatCount, formatMoney, formatSize } from '#ui/format/numbers.ts';
import { formatAge, formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Table } from '#ui/table.tsx';
import { Tag } from '#ui/tag.tsx';
import styles from './connections.module.css';
import { formatMs } from './describe-source.ts';
import { EngineReport } from './engine-report.tsx';
import { byType } from './message-types.ts';

interface Props {
  readonly source: SourceView;
  readonly now: number;
}

const TONES = { connecting: 'warn', live: 'up', waiting: 'down', closed: 'neutral' } as const;

/** Each connection, each type of message, and what went wrong lately. */
export function ConnectionDetail({ source, now }: Props) {
  const t = useT();
  const { connections, service, config, server } = source;
  return (
    <div className={styles['detail']}>
      {server !== null && (
        <dl className={styles['inline']}>
          <div>
            <dt>{t('desk.server')}</dt>
            <dd>{server}</dd>
          </div>
        </dl>
      )}
      {service !== null && <Service service={service} />}
      {config.kind === 'engine' && <EngineReport id={config.id} />}
      {connections.length > 0 && (
        <div className={styles['scroll']} tabIndex={0}>
          <Table
            label={t('sources.connections_of', { name: config.name })}
            rows={connections}
            rowKey={({ name }) => name}
            columns={[
              { key: 'name', header: t('sources.connection'), cell: ({ name }) => name },
              {
                key: 'state',
                header: t('desk.state'),
                cell: ({ state }) => <Tag tone={TONES[state]}>{t(`sources.connection_${state}`)}</Tag>,
              },
              {
                key: 'up',
                header: t('sources.uptime'),
                align: 'end',
                cell: ({ connectedAt }) => (connectedAt === null ? '–' : formatAge(now - connectedAt)),
              },
              {
                key: 'messages',
                header: t('sources.messages'),
                align: 'end',
                cell: (one) => formatCount(one.messages),
              },
              { key: 'bytes', header: t('sources.bytes'), align: 'end', cell: (one) => formatCompact(one.bytes) },
              {
                key: 'trip',
                header: t('desk.round_trip'),
                align: 'end',
                cell: ({ roundTripMs }) => formatMs(roundTripMs) ?? '–',
              },
              {
                key: 'latency',
                header: t('sources.latency'),
                align: 'end',
                cell: ({ latency }) =>
                  latency === null
                    ? '–'
                    : `${formatMoney(latency.p50, { decimals: 1 })} / ${formatMoney(latency.p99, { decimals: 1 })} ms`,
              },
              { key: 'reconnects', header: t('desk.reconnects'), align: 'end', cell: (one) => one.reconnects },
              { key: 'resyncs', header: t('sources.resyncs'), align: 'end', cell: (one) => one.resyncs },
              { key: 'dropped', header: t('sources.dropped'), align: 'end', cell: (one) => one.dropped },
              { key: 'subs', header: t('sources.subscriptions'), align: 'end', cell: (one) => one.subscriptions },
            ]}
          />
        </div>
      )}
      <Types source={source} now={now} />
      <Problems source={source} />
    </div>
  );
}

/** P2: a push server's three figures. */
function Service({ service }: { readonly service: NonNullable<SourceView['service']> }) {
  const t = useT();
  return (
    <dl className={styles['inline']} aria-label={t('sources.service')}>
      <div>
        <dt>{t('sources.mode')}</dt>
        <dd>{service.mode}</dd>
      </div>
      <div>
        <dt>{t('sources.points_today')}</dt>
        <dd>{formatSize(service.pointsToday)}</dd>
      </div>
      <div>
        <dt>{t('sources.volume_today')}</dt>
        <dd>{formatMoney(service.volumeToday)}</dd>
      </div>
    </dl>
  );
}

/** A type that used to come is suspicious after this long. */
const SILENT_MS = 30_000;

function Types({ source, now }: Props) {
  const t = useT();
  const types = useMemo(() => byType(source), [source]);
  const { config } = source;
  if (types.length === 0) return null;
  return (
    <div className={styles['scroll']} tabIndex={0}>
      <Table
        label={t('sources.types_of', { name: config.name })}
        rows={types}
        rowKey={({ connection, type }) => `${connection} ${type}`}
        columns={[
          { key: 'type', header: t('sources.type'), cell: ({ type }) => type },
          { key: 'connection', header: t('sources.connection'), wide: true, cell: ({ connection }) => connection },
          { key: 'count', header: t('sources.messages'), align: 'end', cell: ({ count }) => formatCount(count) },
          {
            key: 'rate',
            header: t('sources.rate'),
            align: 'end',
            cell: ({ rate }) => formatMoney(rate, { decimals: 1 }),
          },
          {
            key: 'last',
            header: t('sources.last_at'),
            align: 'end',
            wide: true,
            cell: ({ lastAt }) => formatTime(lastAt),
          },
          {
            key: 'age',
            header: t('sources.age'),
            align: 'end',
            cell: ({ lastAt }) => (
              <span className={now - lastAt > SILENT_MS ? 'warn' : undefined}>{formatAge(now - lastAt)}</span>
            ),
          },
        ]}
      />
    </div>
  );
}

function Problems({ source: { problems } }: { readonly source: SourceView }) {
  const t = useT();
  if (problems.length === 0) return null;
  return (
    <>
      <p className={styles['caption']}>{t('sources.problems')}</p>
      <ol className={styles['problems']} aria-label={t('sources.problems')}>
        {problems.toReversed().map((problem, index) => (
          <li key={`${problem.ts}-${index}`}>
            <span className="faint">{formatTime(problem.ts)}</span>{' '}
            <span className="warn">{t(`sources.problem_${problem.code}`)}</span>{' '}
            {problem.venueCode !== undefined && <span className="faint">{problem.venueCode} </span>}
            <span className="dim">{problem.message}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
