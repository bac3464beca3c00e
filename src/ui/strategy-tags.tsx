/** How a strategy is, and what it wants. */
import { useT } from './i18n/use-t.ts';
import { Tag, type TagTone } from './tag.tsx';

const STATES = ['starting', 'running', 'paused', 'stopped', 'error'] as const;
const TARGETS = ['long', 'short', 'flat'] as const;

const STATE_TONES: Readonly<Record<(typeof STATES)[number], TagTone>> = {
  starting: 'accent',
  running: 'up',
  paused: 'warn',
  stopped: 'neutral',
  error: 'down',
};
const TARGET_TONES: Readonly<Record<(typeof TARGETS)[number], TagTone>> = {
  long: 'up',
  short: 'down',
  flat: 'neutral',
};

/** A state that is not known is told as the engine says it. */
export function StrategyStateTag({ state }: { readonly state: string }) {
  const t = useT();
  const known = STATES.find((each) => each === state);
  return known ? <Tag tone={STATE_TONES[known]}>{t(`desk.state_${known}`)}</Tag> : <Tag>{state}</Tag>;
}

export function TargetTag({ target }: { readonly target: string }) {
  const t = useT();
  const known = TARGETS.find((each) => each === target);
  return known ? <Tag tone={TARGET_TONES[known]}>{t(`desk.target_${known}`)}</Tag> : <Tag>{target}</Tag>;
}
