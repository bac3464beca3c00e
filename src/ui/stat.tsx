import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import styles from './stat.module.css';

export type Tone = 'up' | 'down' | 'dim' | 'warn';

export interface StatProps {
  /** The figure's name, exactly as tests and screen readers find it. */
  readonly label: string;
  readonly value: ReactNode;
  readonly tone?: Tone | undefined;
  /** Small, after the value: a unit, a count. */
  readonly note?: ReactNode;
  /** What the figure means: an `<About>`, which needs code of its own. */
  readonly about?: ReactNode;
}

/** One labelled figure, a term and its description. Must stand in `<StatGrid>`. */
export function Stat({ label, value, tone, note, about }: StatProps) {
  return (
    <div className={styles['stat']}>
      <dt className={styles['label']}>
        {label}
        {about}
      </dt>
      <dd className={cx(styles['value'], tone)}>
        {value}
        {note !== undefined && <span className={styles['note']}>{note}</span>}
      </dd>
    </div>
  );
}

/** Figures side by side, divided by hairlines. */
export function StatGrid({
  columns = 2,
  className,
  children,
}: {
  readonly columns?: number;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) {
  const style: Record<string, string> = className === undefined ? { '--columns': String(columns) } : {};
  return (
    <dl className={cx(styles['grid'], className)} style={style}>
      {children}
    </dl>
  );
}

/** The colour of a signed figure: gain, loss, or neither. */
export function signTone(value: number | string | null | undefined): 'up' | 'down' | undefined {
  const sign = Number(value ?? 0);
  return sign > 0 ? 'up' : sign < 0 ? 'down' : undefined;
}
