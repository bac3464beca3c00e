import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Equity } from '#features/account-summary/equity.tsx';
import { SourceChips } from '#features/connection/source-chips.tsx';
import { KillSwitchButton } from '#features/kill-switch/kill-switch-button.tsx';
import { PriceStrip } from '#features/price-strip/price-strip.tsx';
import { IconButton } from '#ui/button.tsx';
import { Icon } from '#ui/icon.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { routes } from '#ui/routing/routes.ts';
import type { Overlay } from './overlay.ts';
import styles from './frame.module.css';

interface Props {
  readonly open: (overlay: Overlay) => void;
  /** Comes after the first price; its place is kept. */
  readonly bell: ReactNode;
  /** The chips of sources beside the own engine; they come later too. */
  readonly sources: ReactNode;
}

export function TopBar({ open, bell, sources }: Props) {
  const t = useT();
  return (
    <header className={styles['top']}>
      <div className={styles['burger']}>
        <IconButton icon="menu" label={t('frame.menu')} onClick={() => open('menu')} />
      </div>
      <Link href={routes.overview} className={styles['logo']} aria-label="Griddesk">
        <span aria-hidden="true">
          Grid<i>desk</i>
        </span>
      </Link>
      <div className={styles['sources']}>
        <SourceChips more={sources} />
      </div>
      <div className={styles['strip']}>
        <PriceStrip />
      </div>
      <button type="button" className={styles['search']} title={t('frame.search')} onClick={() => open('palette')}>
        <Icon name="search" size={13} />
        <span>{t('frame.search')}</span>
        <kbd aria-hidden="true">{navigator.userAgent.includes('Mac') ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <Equity />
      <span className={styles['bell']}>{bell}</span>
      <KillSwitchButton onOpen={() => open('kill-switch')} />
    </header>
  );
}
