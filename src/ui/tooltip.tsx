/** Base UI: import this from lazily loaded code only. */
import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { cx } from './class-names.ts';
import styles from './popup.module.css';

/** An explanation on hover and focus. `children` must be one focusable element. */
export function Tooltip({ text, children }: { readonly text: ReactNode; readonly children: ReactElement }) {
  return (
    <Base.Root>
      <Base.Trigger render={children} delay={300} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} sideOffset={6} collisionPadding={8}>
          <Base.Popup className={cx(styles['popup'], styles['tooltip'])}>{text}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
