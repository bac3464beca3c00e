/** Base UI: import this from lazily loaded code only, the first page must not pay for it. */
import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { cx } from './class-names.ts';
import { IconButton } from './button.tsx';
import { useT } from './i18n/use-t.ts';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** Hides the head (the title stays the accessible name). */
  readonly bare?: boolean;
  readonly side?: 'center' | 'top' | 'left' | 'right';
  /** In px; narrower screens get a narrower dialog. */
  readonly width?: number;
  /** The buttons, the main one last. */
  readonly footer?: ReactNode;
  readonly initialFocus?: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

/** A modal dialog: focus is trapped inside and returns afterwards, Escape and a press outside close it. */
export function Dialog(props: DialogProps) {
  const { open, onClose, title, bare = false, side = 'center', width = 440, footer, initialFocus, children } = props;
  const t = useT();
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles['backdrop']} />
        <Base.Popup
          className={cx(styles['popup'], styles[side])}
          style={{ '--width': `${width}px` } as Record<string, string>}
          {...(initialFocus && { initialFocus })}
        >
          {bare ? (
            <Base.Title className="visually-hidden">{title}</Base.Title>
          ) : (
            <div className={styles['head']}>
              <Base.Title className={styles['title']}>{title}</Base.Title>
              <IconButton icon="close" label={t('common.close')} onClick={onClose} />
            </div>
          )}
          <div className={cx(styles['body'], bare && styles['bare'])}>{children}</div>
          {footer !== undefined && <div className={styles['foot']}>{footer}</div>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** A sheet that comes in from a side; everything else as a dialog. */
export function Drawer({ side = 'right', ...rest }: DialogProps) {
  return <Dialog {...rest} side={side} />;
}
