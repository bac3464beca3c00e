import type { ParamView } from '#protocol/strategy-shapes.ts';
import type { RangeDraft } from './draft.ts';

/** How many values a range has, both ends included; `null`: it is none. */
export function rangeCount({ from, to, step }: RangeDraft): number | null {
  if (from.trim() === '' || to.trim() === '' || step.trim() === '') return null;
  const [low, high, by] = [Number(from), Number(to), Number(step)];
  if (!Number.isFinite(low) || !Number.isFinite(high) || !(by > 0) || high < low) return null;
  // A hair more, for what steps of 0.1 add up to.
  return Math.floor((high - low) / by + 1e-9) + 1;
}

export function cellCount(ranges: readonly RangeDraft[]): number | null {
  return ranges.reduce<number | null>((product, range) => {
    const count = rangeCount(range);
    return product === null || count === null ? null : product * count;
  }, 1);
}

const OFFERED_VALUES = 9;

/** Around the value it has: from half of it to one and a half, in its own steps. */
export function offeredRange(param: ParamView, text: string): RangeDraft {
  if (param.type !== 'integer' && param.type !== 'decimal') return { from: '', to: '', step: '' };
  const value = text.trim() === '' ? param.default : Number(text);
  if (value === null || !Number.isFinite(value)) return { from: '', to: '', step: '' };
  const unit = param.step ?? (param.type === 'integer' ? 1 : 10 ** Math.floor(Math.log10(Math.abs(value) || 1) - 1));
  const inSteps = (raw: number) => Math.round(raw / unit) * unit;
  const from = Math.max(param.min ?? -Infinity, inSteps(value * 0.5));
  const to = Math.min(param.max ?? Infinity, Math.max(inSteps(value * 1.5), from + unit));
  const step = Math.max(unit, Math.ceil((to - from) / (OFFERED_VALUES - 1) / unit) * unit);
  const plain = (number: number) => String(Number(number.toPrecision(10)));
  return { from: plain(from), to: plain(to), step: plain(step) };
}
