import { Dialog } from '#ui/dialog.tsx';
import type { MessageKey } from '#ui/i18n/keys.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { routes } from '#ui/routing/routes.ts';
import styles from './shortcuts-sheet.module.css';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The letter after `g`, and the page it goes to. */
  readonly goTo: Readonly<Record<string, string>>;
  readonly pages: readonly { readonly path: string; readonly name: MessageKey }[];
}

export function ShortcutsSheet({ open, onClose, goTo, pages }: Props) {
  const t = useT();
  const nameOf = (path: string) => {
    if (path === routes.newGrid) return t('desk.new_grid');
    if (path === routes.newBacktest) return t('desk.new_backtest');
    const page = pages.find((candidate) => candidate.path === path);
    return page ? t(page.name) : path;
  };
  const rows: readonly (readonly [readonly string[], string])[] = [
    [['Ctrl', 'K'], t('frame.search')],
    [['?'], t('desk.shortcuts')],
    [['Esc'], t('common.close')],
    ...Object.entries(goTo).map(([key, path]) => [['g', key], nameOf(path)] as const),
  ];
  return (
    <Dialog open={open} onClose={onClose} title={t('desk.shortcuts')} width={360}>
      <dl className={styles['list']}>
        {rows.map(([keys, text]) => (
          <div key={keys.join()} style={{ display: 'contents' }}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
