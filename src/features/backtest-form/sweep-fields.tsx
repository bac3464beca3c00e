/** Ranges instead of values: each combination is run (G22). */
import type { ParamView } from '#protocol/strategy-shapes.ts';
import { Checkbox, Field, Input, NumberInput, Select } from '#ui/field.tsx';
import { formatCount } from '#ui/format/numbers.ts';
import { paramLabel } from '#ui/format/strategy-words.ts';
import { useT } from '#ui/i18n/use-t.ts';
import css from './backtest-form.module.css';
import { sweptParams, type RangeDraft } from './draft.ts';
import { cellCount, offeredRange } from './sweep-count.ts';
import type { BacktestFormModel } from './use-backtest-form.ts';

const METRICS = [
  'sharpe_ratio',
  'total_return',
  'sortino_ratio',
  'calmar_ratio',
  'alpha',
  'profit_factor',
  'max_drawdown',
] as const;
const PARTS = ['from', 'to', 'step'] as const;
const NO_RANGE: RangeDraft = { from: '', to: '', step: '' };

export function SweepFields({ model }: { readonly model: BacktestFormModel }) {
  const t = useT();
  const { draft, spec, shown, set } = model;
  if (!spec) return null;
  const numeric = spec.params.filter(({ type }) => type === 'integer' || type === 'decimal');
  const cells = cellCount(sweptParams(draft, spec).map(({ name }) => draft.ranges[name] ?? NO_RANGE));
  const toggle = (param: ParamView, on: boolean) => {
    const others = Object.fromEntries(Object.entries(draft.ranges).filter(([name]) => name !== param.name));
    const offered = offeredRange(param, draft.params[param.name] ?? '');
    set({ ranges: on ? { ...others, [param.name]: offered } : others });
  };
  return (
    <div className={css.across}>
      <div className={css.ranges}>
        {numeric.map((param) => {
          const name = paramLabel(param, t);
          const range = draft.ranges[param.name];
          return (
            <div key={param.name} className={css.range} role="group" aria-label={name}>
              <Checkbox
                label={name}
                checked={range !== undefined}
                onChange={(event) => toggle(param, event.target.checked)}
              />
              {range &&
                PARTS.map((part) => (
                  <span key={part} className={css.part}>
                    <span className="faint" aria-hidden="true">
                      {t(`backtests.part_${part}`)}
                    </span>
                    <Input
                      inputMode="decimal"
                      autoComplete="off"
                      aria-label={t(`backtests.sweep_${part}`, { name })}
                      aria-invalid={shown[`ranges.${param.name}`] !== undefined || undefined}
                      value={range[part]}
                      onChange={(event) =>
                        set({ ranges: { ...draft.ranges, [param.name]: { ...range, [part]: event.target.value } } })
                      }
                    />
                  </span>
                ))}
              {shown[`ranges.${param.name}`] !== undefined && (
                <span role="alert" className="down">
                  {shown[`ranges.${param.name}`]}
                </span>
              )}
            </div>
          );
        })}
      </div>
      <p role="status" className={shown['ranges'] === undefined ? 'dim' : 'down'}>
        {shown['ranges'] ?? (cells !== null && t('backtests.sweep_cells', { n: formatCount(cells) }))}
      </p>
      <div className={css.fields}>
        <Field label={t('backtests.metric')} error={shown['metric']}>
          <Select value={draft.metric} onChange={(event) => set({ metric: event.target.value })}>
            {METRICS.map((metric) => (
              <option key={metric} value={metric}>
                {t(`backtests.metric_${metric}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field
          label={t('backtests.out_of_sample')}
          hint={t('backtests.out_of_sample_hint')}
          error={shown['out_of_sample']}
        >
          <NumberInput
            unit="%"
            value={draft.out_of_sample}
            onChange={(event) => set({ out_of_sample: event.target.value })}
          />
        </Field>
        <Field
          label={t('backtests.walk_forward')}
          hint={t('backtests.walk_forward_hint')}
          error={shown['walk_forward'] ?? shown['walk_forward.windows']}
        >
          <NumberInput value={draft.windows} onChange={(event) => set({ windows: event.target.value })} />
        </Field>
      </div>
    </div>
  );
}
