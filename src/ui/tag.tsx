import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import styles from './tag.module.css';

export type TagTone = 'neutral' | 'up' | 'down' | 'warn' | 'accent';

/** A short state word. */
export function Tag({ tone = 'neutral', children }: { readonly tone?: TagTone; readonly children: ReactNode }) {
  return <span className={cx(styles['tag'], tone !== 'neutral' && styles[tone])}>{children}</span>;
}

/** A state as a coloured dot; the words beside it must say the same. */
export function Dot({ tone = 'neutral' }: { readonly tone?: TagTone }) {
  return <span aria-hidden="true" className={cx(styles['dot'], tone !== 'neutral' && styles[tone])} />;
}
