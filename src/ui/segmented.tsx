import { useId, type ReactNode } from 'react';
import { cx } from './class-names.ts';
import styles from './segmented.module.css';

export interface SegmentedProps<V extends string> {
  /** The group's accessible name. */
  readonly label: string;
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: ReactNode; readonly disabled?: boolean }[];
  readonly onChange: (value: V) => void;
  readonly className?: string;
}

/** A choice of one among few: native radio buttons, so arrow keys and screen readers work as everywhere. */
export function Segmented<V extends string>({ label, value, options, onChange, className }: SegmentedProps<V>) {
  const name = useId();
  return (
    <div role="radiogroup" aria-label={label} className={cx(styles['group'], className)}>
      {options.map((option) => (
        <label key={option.value} className={styles['item']}>
          <input
            type="radio"
            name={name}
            className={styles['input']}
            checked={option.value === value}
            disabled={option.disabled}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}
