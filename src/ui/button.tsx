import type { ComponentProps, MouseEvent } from 'react';
import { cx } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import styles from './button.module.css';

export interface ButtonLook {
  readonly variant?: 'default' | 'primary' | 'danger' | 'ghost';
  readonly size?: 's' | 'm';
}

export interface ButtonProps extends ComponentProps<'button'>, ButtonLook {
  readonly icon?: IconName | undefined;
  /** Waiting for an answer: shows a spinner and takes no second click. */
  readonly pending?: boolean;
  /** Why it cannot be used now. The button stays focusable, so that the reason can be found by keyboard. */
  readonly disabledReason?: string | undefined;
}

/** The class of a button, for links that look like one. */
export function buttonClass({ variant = 'default', size = 'm' }: ButtonLook = {}): string {
  return cx(styles['button'], variant !== 'default' && styles[variant], size === 's' && styles['small']);
}

export function Button({
  variant = 'default',
  size = 'm',
  icon,
  pending = false,
  disabledReason,
  className,
  children,
  onClick,
  title,
  ...rest
}: ButtonProps) {
  const blocked = pending || disabledReason !== undefined;
  const guard = (event: MouseEvent<HTMLButtonElement>) => {
    if (blocked) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      type="button"
      {...rest}
      className={cx(buttonClass({ variant, size }), className)}
      title={disabledReason ?? title}
      aria-disabled={blocked || undefined}
      aria-busy={pending || undefined}
      aria-description={disabledReason}
      onClick={guard}
    >
      {pending ? <span className={styles['spinner']} aria-hidden="true" /> : icon && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children'> {
  readonly icon: IconName;
  /** The accessible name, also shown as the title. */
  readonly label: string;
}

export function IconButton({ label, variant = 'ghost', className, ...rest }: IconButtonProps) {
  return (
    <Button {...rest} variant={variant} className={cx(styles['icon'], className)} aria-label={label} title={label} />
  );
}
