import { useState } from 'react';
import type { SourceConfig } from '#domain/source.ts';
import type { SourceSecrets, TestReport, TestStep } from '#stores/source-types.ts';
import { Button } from '#ui/button.tsx';
import { Icon } from '#ui/icon.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { formatMs } from './describe-source.ts';
import styles from './connection-test.module.css';
import { useSourceActions } from './use-sources.ts';

interface Props {
  readonly config: SourceConfig;
  readonly secrets: SourceSecrets | undefined;
  readonly onThroughEngine: () => void;
}

interface Outcome {
  /** The settings it was about: of others it says nothing. */
  readonly of: string;
  readonly report: TestReport | null;
  readonly failure: string | null;
}

/** Tries the settings as they stand and says how far it came, why no further, and what to do. */
export function ConnectionTest({ config, secrets, onThroughEngine }: Props) {
  const t = useT();
  const { test } = useSourceActions();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [pending, setPending] = useState(false);
  // Secrets count too: with another token the answer may be another.
  const of = JSON.stringify([config, secrets]);

  const run = async () => {
    setPending(true);
    setOutcome(null);
    try {
      setOutcome({ of, report: await test(config, secrets), failure: null });
    } catch (reason) {
      setOutcome({ of, report: null, failure: reason instanceof Error ? reason.message : String(reason) });
    } finally {
      setPending(false);
    }
  };
  const current = outcome?.of === of ? outcome : null;
  return (
    <div className={styles['test']}>
      <Button pending={pending} onClick={() => void run()}>
        {t('sources.test')}
      </Button>
      <div role="status" className={styles['outcome']}>
        {pending && <p className="dim">{t('sources.testing')}</p>}
        {current?.report && <Report report={current.report} config={config} onThroughEngine={onThroughEngine} />}
        {current !== null && current.failure !== null && <p className="down">{current.failure}</p>}
      </div>
    </div>
  );
}

interface ReportProps {
  readonly report: TestReport;
  readonly config: SourceConfig;
  readonly onThroughEngine: () => void;
}

function Report({ report, config, onThroughEngine }: ReportProps) {
  const { ok, passed, failed, cause, detail, roundTripMs } = report;
  const t = useT();
  return (
    <>
      <ol className={styles['steps']} aria-label={t('sources.test_steps')}>
        {passed.map((step) => (
          <Step key={step} step={step} passed />
        ))}
        {failed !== null && <Step step={failed} passed={false} />}
      </ol>
      {ok ? (
        <p className="up">
          {roundTripMs === null ? t('sources.test_ok') : t('sources.test_ok_in', { ms: formatMs(roundTripMs) ?? '–' })}
        </p>
      ) : (
        <>
          {cause !== null && (
            <p>
              <strong>{t(`sources.cause_${cause}`)}</strong> {t(fixKey(cause, config), { origin: location.origin })}
            </p>
          )}
          {detail !== null && <p className="dim">{t('sources.test_detail', { detail })}</p>}
          {cause !== null && config.via === 'direct' && HELPED_BY_ENGINE.includes(cause) && (
            <Button size="s" onClick={onThroughEngine}>
              {t('sources.use_engine')}
            </Button>
          )}
        </>
      )}
    </>
  );
}

type Cause = NonNullable<TestReport['cause']>;

/** What the browser may not do and the engine can. */
const HELPED_BY_ENGINE: readonly Cause[] = ['blocked_by_policy', 'mixed_content', 'origin_refused', 'unreachable'];

/** The page itself connects to engines and signs in, and its policy is that of when it was opened. */
function fixKey(cause: Cause, { kind, auth }: SourceConfig) {
  if (cause === 'blocked_by_policy' && (kind === 'engine' || auth === 'login'))
    return 'sources.fix_blocked_by_policy_engine';
  return `sources.fix_${cause}` as const;
}

function Step({ step, passed }: { readonly step: TestStep; readonly passed: boolean }) {
  const t = useT();
  return (
    <li className={passed ? 'up' : 'down'}>
      <Icon name={passed ? 'check' : 'close'} size={12} />
      {t(`sources.step_${step}`)}
      <span className="visually-hidden"> {t(passed ? 'sources.step_passed' : 'sources.step_failed')}</span>
    </li>
  );
}
