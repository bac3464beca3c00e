/** One parameter of a strategy, as its schema says (G19). */
import { About } from './about.tsx';
import { Checkbox, Field, NumberInput, Select } from './field.tsx';
import type { ShownParam } from './format/strategy-params.ts';
import { choiceLabel, paramAbout, paramLabel } from './format/strategy-words.ts';
import { useT } from './i18n/use-t.ts';
import { Icon } from './icon.tsx';
import css from './param-field.module.css';

interface Props {
  readonly param: ShownParam;
  readonly value: string;
  readonly error: string | undefined;
  /** Of the quote; the base. */
  readonly currencies: { readonly quote: string | undefined; readonly base: string | undefined };
  readonly onChange: (value: string) => void;
}

export function ParamField({ param, value, error, currencies, onChange }: Props) {
  const t = useT();
  const label = paramLabel(param, t);
  const about = (
    <span className={css.about}>
      <Icon name="info" size={12} />
      <About name={t('backtests.meaning_of', { name: label })} text={paramAbout(param, t)} />
    </span>
  );
  if (param.type === 'boolean') {
    return (
      <div className={css.check}>
        <Checkbox
          label={label}
          checked={value === 'true'}
          onChange={(event) => onChange(String(event.target.checked))}
        />
        {about}
      </div>
    );
  }
  if (param.type === 'choice') {
    return (
      <Field label={label} error={error} aside={about}>
        <Select value={value} onChange={(event) => onChange(event.target.value)}>
          {param.choices.map((choice) => (
            <option key={choice} value={choice}>
              {choiceLabel(choice, t)}
            </option>
          ))}
        </Select>
      </Field>
    );
  }
  return (
    <Field label={label} error={error} aside={about}>
      <NumberInput
        value={value}
        unit={unitText(param.unit, currencies)}
        inputMode={param.type === 'integer' ? 'numeric' : 'decimal'}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}

function unitText(unit: string | undefined, { quote, base }: Props['currencies']): string | undefined {
  if (unit === 'percent') return '%';
  if (unit === 'price' || unit === 'quote') return quote;
  return unit === 'base' ? base : undefined;
}
