import type { Issue } from '../../effects.ts';
import type { SignalMachine, Target } from '../signals.ts';
import type { StrategyParams, StrategySpec } from '../spec.ts';
export const STRATEGIES: readonly StrategySpec[] = [
  { id: 'grid', label: 'Grid', description: '', kind: 'grid', params: [] },
  { id: 'dual_ma', label: 'Dual', description: '', kind: 'signal', params: [] },
];
export function strategySpec(id: string): StrategySpec | undefined {
  return STRATEGIES.find((spec) => spec.id === id);
}
export function parseParams(
  _spec: StrategySpec,
  params: Readonly<Record<string, unknown>>,
): { ok: true; params: StrategyParams } | { ok: false; issues: readonly Issue[] } {
  return { ok: true, params: { fast_period: 1, slow_period: 2, allow_short: false, ...params } as StrategyParams };
}
export function createSignals(_id: string, params: StrategyParams): SignalMachine {
  let closes: number[] = [];
  let target: Target = 'flat';
  const fast = Number(params['fast_period']);
  const slow = Number(params['slow_period']);
  const mean = (count: number) => closes.slice(-count).reduce((sum, close) => sum + close, 0) / count;
  return {
    warmup: slow,
    close: (bar) => {
      closes.push(bar.close);
      closes = closes.slice(-slow);
      if (closes.length < slow) return undefined;
      const now = mean(fast) > mean(slow) ? 'long' : 'short';
      if (now === target) return undefined;
      target = now;
      return { target, reason: `fast ${now}` };
    },
    figures: () => ({ fast: closes.length < slow ? null : mean(fast) }),
    save: () => ({ closes, target }),
    load: (state) => {
      const saved = state as { closes: number[]; target: Target };
      closes = [...saved.closes];
      target = saved.target;
    },
  };
}
