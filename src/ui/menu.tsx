/** Base UI: import this from lazily loaded code only. */
import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement } from 'react';
import { cx } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import styles from './popup.module.css';

export interface MenuItem {
  readonly label: string;
  readonly icon?: IconName;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

export interface MenuProps {
  readonly trigger: ReactElement;
  /** `'separator'` draws a line. */
  readonly items: readonly (MenuItem | 'separator')[];
  readonly align?: 'start' | 'center' | 'end';
}

export function Menu({ trigger, items, align = 'end' }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles['positioner']} sideOffset={4} align={align} collisionPadding={8}>
          <Base.Popup className={cx(styles['popup'], styles['menu'])}>
            {items.map((item, index) =>
              item === 'separator' ? (
                <Base.Separator key={index} className={styles['separator']} />
              ) : (
                <Base.Item
                  key={item.label}
                  className={cx(styles['item'], item.danger && styles['danger'])}
                  disabled={item.disabled ?? false}
                  onClick={item.onSelect}
                >
                  {item.icon && <Icon name={item.icon} size={14} />}
                  {item.label}
                </Base.Item>
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
