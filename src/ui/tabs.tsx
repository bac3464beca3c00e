/** Base UI: import this from lazily loaded code only. */
import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import { cx } from './class-names.ts';
import styles from './tabs.module.css';

export interface TabsProps<V extends string> {
  /** The list's accessible name. */
  readonly label: string;
  readonly value: V;
  readonly onChange: (value: V) => void;
  readonly tabs: readonly {
    readonly value: V;
    readonly label: string;
    /** A small figure after the label. */
    readonly count?: ReactNode;
    readonly content: ReactNode;
  }[];
  /** At the bar's right end. */
  readonly actions?: ReactNode;
  readonly className?: string;
}

/** Tabs; only the chosen one's content is mounted. */
export function Tabs<V extends string>({ label, value, onChange, tabs, actions, className }: TabsProps<V>) {
  const choose = (next: unknown) => {
    const tab = tabs.find((candidate) => candidate.value === next);
    if (tab) onChange(tab.value);
  };
  return (
    <Base.Root className={cx(styles['root'], className)} value={value} onValueChange={choose}>
      <div className={styles['bar']}>
        <Base.List className={styles['list']} aria-label={label}>
          {tabs.map((tab) => (
            <Base.Tab key={tab.value} value={tab.value} className={styles['tab']}>
              {tab.label}
              {tab.count !== undefined && <span className={styles['count']}>{tab.count}</span>}
            </Base.Tab>
          ))}
        </Base.List>
        <span className="grow" />
        {actions}
      </div>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} className={styles['panel']}>
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
