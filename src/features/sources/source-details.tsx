import { useState } from 'react';
import { Link } from 'wouter';
import type { SourceView } from '#stores/source-types.ts';
import { Button, buttonClass } from '#ui/button.tsx';
import { Facts, type Fact } from '#ui/facts.tsx';
import { formatCount, formatMoney } from '#ui/format/numbers.ts';
import { formatAge, formatTime } from '#ui/format/times.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { useNow } from '#ui/use-now.ts';
import { KIND_WORD } from './source-presets.ts';
import { describeSource, formatMs } from './describe-source.ts';
import { lastMessageAt, totals } from './figures.ts';
import { SignInDialog } from './sign-in-dialog.tsx';
import styles from './source-details.module.css';
import { needsReload } from './source-reason.ts';
import { useSource, useSourceActions } from './use-sources.ts';

/** All of one source at a glance, and what can be done about it. */
export function SourceDetails({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const t = useT();
  const now = useNow();
  const source = useSource(id);
  const { reconnect } = useSourceActions();
  const [signingIn, setSigningIn] = useState(false);
  if (source === undefined) return null;
  const { config, state } = source;
  const off = state.phase === 'disabled';
  return (
    <>
      <Facts rows={factsOf(source, now, t)} />
      {!off && <Connections source={source} />}
      <Problems source={source} />
      <div className={styles['actions']}>
        {state.phase === 'needs_token' && (
          <Button variant="primary" onClick={() => setSigningIn(true)}>
            {t(config.auth === 'login' ? 'sources.sign_in' : 'sources.enter_token')}
          </Button>
        )}
        {needsReload(source) && (
          <Button variant="primary" onClick={() => location.reload()}>
            {t('sources.reload')}
          </Button>
        )}
        {!off && (
          <Button icon="restart" onClick={() => reconnect(id)}>
            {t('desk.reconnect')}
          </Button>
        )}
        <Link href={paths.system({ connection: id })} className={buttonClass()} onClick={onClose}>
          {t('frame.system')}
        </Link>
        <Link href={paths.settings({ edit: id })} className={buttonClass({ variant: 'ghost' })} onClick={onClose}>
          {t('frame.settings')}
        </Link>
      </div>
      {signingIn && <SignInDialog source={source} onClose={() => setSigningIn(false)} />}
    </>
  );
}

function factsOf(source: SourceView, now: number, t: Translate): Fact[] {
  const { config, history, latency, server } = source;
  const { text, reason } = describeSource(source, now, t);
  const sums = totals(source);
  const last = lastMessageAt(source);
  return [
    [t('desk.state'), text],
    ...(reason === null ? [] : [[t('desk.reason'), reason] as const]),
    [t('sources.kind'), t(`sources.kind_${KIND_WORD[config.kind]}`)],
    [t('sources.address'), config.url],
    ...(config.via === 'engine' ? [[t('sources.route'), t('sources.via_engine')] as const] : []),
    ...(server === null ? [] : [[t('desk.server'), server] as const]),
    [t('sources.rate'), formatMoney(history.messagesPerSecond.at(-1), { decimals: 1 })],
    [t('desk.last_message'), last === null ? '–' : formatAge(now - last)],
    [t('sources.latency'), [latency.received.p50, latency.received.p99].map((ms) => formatMs(ms) ?? '–').join(' / ')],
    [t('desk.reconnects'), formatCount(sums.reconnects)],
    [t('sources.resyncs'), formatCount(sums.resyncs)],
    [t('sources.dropped'), formatCount(sums.dropped)],
  ];
}

function Connections({ source: { connections } }: { readonly source: SourceView }) {
  const t = useT();
  // One by itself says nothing that is not said above.
  if (connections.length < 2) return null;
  return (
    <ul className={styles['list']} aria-label={t('sources.connections')}>
      {connections.map(({ name, state, messages, roundTripMs }) => (
        <li key={name}>
          <b>{name}</b> <span className="dim">{t(`sources.connection_${state}`)}</span>
          <span className={styles['end']}>
            {formatCount(messages)} · {formatMs(roundTripMs) ?? '–'}
          </span>
        </li>
      ))}
    </ul>
  );
}

const SHOWN = 3;

function Problems({ source: { problems } }: { readonly source: SourceView }) {
  const t = useT();
  if (problems.length === 0) return null;
  return (
    <ul className={styles['list']} aria-label={t('sources.problems')}>
      {problems
        .slice(-SHOWN)
        .toReversed()
        .map((problem, index) => (
          <li key={`${problem.ts}-${index}`} className="warn">
            <span className="faint">{formatTime(problem.ts)}</span> {problem.message}
          </li>
        ))}
    </ul>
  );
}
