import { createContext, use, useId, type ComponentProps, type ReactNode } from 'react';
import { cx } from './class-names.ts';
import { Icon } from './icon.tsx';
import styles from './field.module.css';

interface FieldIds {
  readonly control: string;
  readonly note: string | undefined;
  readonly invalid: boolean;
}

const FieldContext = createContext<FieldIds | null>(null);

export interface FieldProps {
  /** The control's accessible name. */
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value; announced, and the control is marked invalid. */
  readonly error?: string | undefined;
  /** Shown at the label's right, e.g. a unit or a small action. */
  readonly aside?: ReactNode;
  readonly className?: string;
  /** One of the controls below. */
  readonly children: ReactNode;
}

/** Label, control, and a line for a hint or the error. */
export function Field({ label, hint, error, aside, className, children }: FieldProps) {
  const control = useId();
  const noteId = `${control}-note`;
  const hasNote = error !== undefined || hint !== undefined;
  return (
    <div className={cx(styles['field'], className)}>
      <div className={styles['label']}>
        <label htmlFor={control}>{label}</label>
        {aside}
      </div>
      <FieldContext value={{ control, note: hasNote ? noteId : undefined, invalid: error !== undefined }}>
        {children}
      </FieldContext>
      {error !== undefined ? (
        <p id={noteId} className={styles['error']} role="alert">
          {error}
        </p>
      ) : (
        hint !== undefined && (
          <p id={noteId} className={styles['hint']}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}

function useFieldProps() {
  const field = use(FieldContext);
  return field === null
    ? {}
    : { id: field.control, 'aria-describedby': field.note, 'aria-invalid': field.invalid || undefined };
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...useFieldProps()} {...rest} className={cx(styles['input'], className)} />;
}

export interface NumberInputProps extends Omit<ComponentProps<'input'>, 'type'> {
  /** Shown inside, at the right: `USDC`, `%`. */
  readonly unit?: string | undefined;
}

/** A text input for a decimal: the typed text is the value, so no digit is lost to a float or a locale. */
export function NumberInput({ unit, className, style, ...rest }: NumberInputProps) {
  return (
    <span className={styles['wrap']} style={unit === undefined ? undefined : unitRoom(unit)}>
      <input
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        {...useFieldProps()}
        {...rest}
        style={style}
        className={cx(styles['input'], styles['number'], unit !== undefined && styles['withUnit'], className)}
      />
      {unit !== undefined && <span className={styles['unit']}>{unit}</span>}
    </span>
  );
}

function unitRoom(unit: string): Record<string, string> {
  return { '--unit': `${unit.length * 8 + 16}px` };
}

export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <span className={styles['wrap']}>
      <select {...useFieldProps()} {...rest} className={cx(styles['input'], styles['select'], className)}>
        {children}
      </select>
      <span className={styles['chevron']}>
        <Icon name="chevronDown" size={13} />
      </span>
    </span>
  );
}

interface CheckProps extends Omit<ComponentProps<'input'>, 'type'> {
  readonly label: ReactNode;
}

export function Checkbox({ label, className, ...rest }: CheckProps) {
  return (
    <label className={cx(styles['check'], className)}>
      <input {...rest} type="checkbox" className={styles['box']} />
      <span>{label}</span>
    </label>
  );
}

export function Switch({ label, className, ...rest }: CheckProps) {
  return (
    <label className={cx(styles['check'], className)}>
      <input {...rest} type="checkbox" role="switch" className={styles['switch']} />
      <span>{label}</span>
    </label>
  );
}
