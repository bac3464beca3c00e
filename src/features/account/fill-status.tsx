import { useT } from '#ui/i18n/use-t.ts';
import { DASH } from '#ui/format/numbers.ts';
import { Tag } from '#ui/tag.tsx';
import css from './account.module.css';
import { fillProgress, STEPS } from './fill-steps.ts';

/** MATCHED → MINED → CONFIRMED as three steps (M13); other venues' words as they are. */
export function FillStatus({ status }: { readonly status: string | null }) {
  const t = useT();
  const progress = fillProgress(status);
  if (status === null || status === '') return <span className="faint">{DASH}</span>;
  if (progress === null) return <Tag>{status}</Tag>;
  const { step, state } = progress;
  const reached = STEPS.indexOf(step);
  const text =
    state === 'failed' ? t('account.fill_failed') : t(`account.fill_${state === 'retrying' ? 'retrying' : step}`);
  return (
    <span className={css.steps} data-state={state} title={`${t('account.fill_steps')} (${status})`}>
      {STEPS.map((each, i) => (
        <i key={each} aria-hidden="true" data-reached={i <= reached || undefined} />
      ))}
      {text}
    </span>
  );
}
