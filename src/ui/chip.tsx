import { Suspense, useRef, useState, type ReactNode, type RefObject } from 'react';
import { cx } from './class-names.ts';
import styles from './chip.module.css';
import { Dot, type TagTone } from './tag.tsx';

export interface ChipProps {
  readonly name: string;
  readonly tone: TagTone;
  /** The state in a few words. */
  readonly text: string;
  /** The accessible name, where the words need more to be understood; begins with them. */
  readonly label?: string | undefined;
  readonly title?: string | undefined;
  readonly className?: string | undefined;
  /** The details, drawn while open. */
  readonly children: (anchor: RefObject<HTMLButtonElement | null>, close: () => void) => ReactNode;
}

/** A state as a dot, a name and a word; pressed, it opens its details. */
export function Chip({ name, tone, text, label, title, className, children }: ChipProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={cx(styles['chip'], className)}
        title={title ?? label}
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Dot tone={tone} />
        <b>{name}</b> {text !== '' && <span className={styles['state']}>{text}</span>}
      </button>
      {open && <Suspense>{children(button, () => setOpen(false))}</Suspense>}
    </>
  );
}
