/** The fields of a grid, for a new one and for editing. */
import { type ReactNode, useState } from 'react';
import { Field, Input, NumberInput, Select } from '#ui/field.tsx';
import type { MessageKey } from '#ui/i18n/keys.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Segmented } from '#ui/segmented.tsx';
import { Tag } from '#ui/tag.tsx';
import { type DraftField, pairKey } from './draft.ts';
import css from './grid-form.module.css';
import { issueText } from './issue-text.ts';
import type { GridFormModel } from './use-grid-form.ts';

type TextField = Exclude<DraftField, 'pair' | 'spacing' | 'sizing' | 'fill_model'>;

interface TextProps {
  readonly model: GridFormModel;
  readonly name: TextField;
  readonly label: MessageKey;
  readonly unit?: string | undefined;
  readonly hint?: ReactNode;
}

function NumberField({ model, name, label, unit, hint }: TextProps) {
  const t = useT();
  const { ref, ...registered } = model.form.register(name);
  return (
    <Field label={t(label)} error={useFieldError(model, name)} {...(hint !== undefined && { hint })}>
      <NumberInput {...registered} ref={ref} unit={unit} onFocus={() => model.setFocused(name)} />
    </Field>
  );
}

/** The form's own word first, then the engine's about the previewed values. */
function useFieldError(model: GridFormModel, name: DraftField): string | undefined {
  const t = useT();
  const { error } = model.form.getFieldState(name, model.form.formState);
  const issue = model.previewError?.fieldIssues.find(({ path }) => path === name);
  return error?.message ?? (issue && issueText(issue, t));
}

export function GridFields({
  model,
  fixedPair = false,
}: {
  readonly model: GridFormModel;
  readonly fixedPair?: boolean;
}) {
  const t = useT();
  const { form, draft, instruments, instrument } = model;
  const { quote, base } = instrument ?? { quote: undefined, base: undefined };
  const hasAdvanced =
    draft.trigger_price + draft.stop_loss + draft.take_profit + draft.take_profit_pct + draft.name !== '';
  const [advanced, setAdvanced] = useState(hasAdvanced);
  const set = (values: Partial<typeof draft>) => model.fill(values);

  return (
    <div className={css.fields}>
      <Field
        label={t('grids.pair')}
        error={useFieldError(model, 'pair')}
        aside={instrument?.simulated && <Tag tone="warn">SIM</Tag>}
        className={css.wide ?? ''}
      >
        <Select value={draft.pair} disabled={fixedPair} onChange={(event) => set({ pair: event.target.value })}>
          {!instrument && <option value={draft.pair}>{draft.pair.split(':')[1] || '–'}</option>}
          {instruments.map((each) => (
            <option key={pairKey(each)} value={pairKey(each)}>
              {each.symbol}
            </option>
          ))}
        </Select>
      </Field>
      <NumberField model={model} name="lower_price" label="grids.lower_price" unit={quote} />
      <NumberField model={model} name="upper_price" label="grids.upper_price" unit={quote} />
      <NumberField model={model} name="grid_count" label="grids.grid_count" />
      <Field label={t('grids.spacing')} error={useFieldError(model, 'spacing')}>
        <Select
          value={draft.spacing}
          onChange={(event) => set({ spacing: event.target.value === 'geometric' ? 'geometric' : 'arithmetic' })}
        >
          <option value="arithmetic">{t('grids.spacing_arithmetic')}</option>
          <option value="geometric">{t('grids.spacing_geometric')}</option>
        </Select>
      </Field>
      <div className={css.sizing}>
        <Segmented
          label={t('grids.sizing')}
          value={draft.sizing}
          options={[
            { value: 'investment', label: t('grids.by_investment') },
            { value: 'order_size', label: t('grids.by_order_size') },
          ]}
          onChange={(sizing) => set({ sizing })}
        />
        {draft.sizing === 'investment' ? (
          <NumberField key="investment" model={model} name="investment" label="grids.investment" unit={quote} />
        ) : (
          <NumberField key="order_size" model={model} name="order_size" label="grids.order_size" unit={base} />
        )}
      </div>
      <button
        type="button"
        className={css.more}
        aria-expanded={advanced}
        aria-controls="grid-advanced"
        onClick={() => setAdvanced(!advanced)}
      >
        {t('grids.advanced')}
      </button>
      <div id="grid-advanced" className={css.advanced} hidden={!advanced}>
        <NumberField model={model} name="stop_loss" label="grids.stop_loss" unit={quote} />
        <NumberField model={model} name="take_profit" label="grids.take_profit" unit={quote} />
        <NumberField model={model} name="trigger_price" label="grids.trigger_price" unit={quote} />
        <NumberField model={model} name="take_profit_pct" label="grids.take_profit_pct" unit="%" />
        <Field label={t('grids.fill_model')} hint={t(`grids.fill_${draft.fill_model}_text`)} className={css.wide ?? ''}>
          <Select
            value={draft.fill_model}
            onChange={(event) => set({ fill_model: event.target.value === 'through' ? 'through' : 'touch' })}
          >
            <option value="touch">{t('grids.fill_touch')}</option>
            <option value="through">{t('grids.fill_through')}</option>
          </Select>
        </Field>
        <Field label={t('grids.name')} error={useFieldError(model, 'name')} className={css.wide ?? ''}>
          <Input {...form.register('name')} autoComplete="off" />
        </Field>
      </div>
    </div>
  );
}
