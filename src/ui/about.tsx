/** Base UI: import this from lazily loaded code only. */
import { Popover as Base } from '@base-ui/react/popover';
import styles from './about.module.css';
import popup from './popup.module.css';
import { cx } from './class-names.ts';

/**
 * What a figure means, for pointer, finger and keyboard: an unseen button over the figure (its parent must be positioned)
 * that shows `text` when hovered, tapped or pressed. `name` is the figure's.
 */
export function About({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <Base.Root>
      <Base.Trigger className={styles['about']} aria-label={name} openOnHover delay={350} />
      <Base.Portal>
        <Base.Positioner className={popup['positioner']} sideOffset={4} align="start" collisionPadding={8}>
          <Base.Popup className={cx(popup['popup'], popup['padded'], styles['text'])} initialFocus={false}>
            <Base.Title className={popup['title']}>{name}</Base.Title>
            <Base.Description>{text}</Base.Description>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** For `<Stat>`: its label and what it means. */
export function explained(label: string, text: string) {
  return { label, about: <About name={label} text={text} /> };
}
