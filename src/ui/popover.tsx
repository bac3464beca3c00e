/** Base UI: import this from lazily loaded code only. */
import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode, RefObject } from 'react';
import { cx } from './class-names.ts';
import styles from './popup.module.css';

export interface PopoverProps {
  /** The accessible name, shown on top. */
  readonly title: string;
  /** The button that opens it; or give `anchor`, `open` and `onClose` to steer it from outside. */
  readonly trigger?: ReactElement;
  readonly anchor?: RefObject<Element | null>;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  readonly align?: 'start' | 'center' | 'end';
  readonly children: ReactNode;
}

export function Popover({ title, trigger, anchor, open, onOpenChange, align = 'start', children }: PopoverProps) {
  return (
    <Base.Root {...(open !== undefined && { open })} {...(onOpenChange && { onOpenChange })}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Positioner
          className={styles['positioner']}
          sideOffset={6}
          align={align}
          collisionPadding={8}
          {...(anchor && { anchor })}
        >
          <Base.Popup className={cx(styles['popup'], styles['padded'])}>
            <Base.Title className={styles['title']}>{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
