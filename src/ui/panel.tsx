import type { CSSProperties, ReactNode } from 'react';
import { cx } from './class-names.ts';
import styles from './panel.module.css';

export interface PanelProps {
  /** The region's accessible name, and its heading unless `head` is given. */
  readonly title: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  /** At the head's right end. */
  readonly actions?: ReactNode;
  /** `none`: no head at all (the name stays for screen readers). */
  readonly head?: ReactNode | 'none';
  readonly padded?: boolean;
  /** With a border of its own, for pages whose panels do not share lines. */
  readonly card?: boolean;
  readonly className?: string;
  readonly bodyClassName?: string | undefined;
  /** The body takes the focus: for one that scrolls and holds nothing else that does. */
  readonly focusable?: boolean;
  readonly style?: CSSProperties;
  readonly children?: ReactNode;
}

/** A named region: head with title and actions, and a body that scrolls by itself. */
export function Panel(props: PanelProps) {
  const { title, aside, actions, head, padded, card, className, bodyClassName, focusable, style, children } = props;
  return (
    <section aria-label={title} className={cx(styles['panel'], card && styles['card'], className)} style={style}>
      {head !== 'none' && (
        <div className={styles['head']}>
          {head ?? (
            <>
              <h2>{title}</h2>
              {aside}
              <span className="grow" />
              {actions}
            </>
          )}
        </div>
      )}
      <div
        className={cx(styles['body'], padded && styles['padded'], bodyClassName)}
        tabIndex={focusable ? 0 : undefined}
      >
        {children}
      </div>
    </section>
  );
}
