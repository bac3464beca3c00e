import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import styles from './banner.module.css';

/** A line across the page about something that concerns all of it. */
export function Banner({
  tone,
  action,
  children,
}: {
  readonly tone: 'warn' | 'down';
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div role="alert" className={`${styles['banner'] ?? ''} ${styles[tone] ?? ''}`}>
      <span className={`${styles['icon'] ?? ''} ${tone}`}>
        <Icon name="warning" />
      </span>
      <p>{children}</p>
      {action}
    </div>
  );
}
