import { Link, useLocation } from 'wouter';
import { useSelect } from '#stores/environment.tsx';
import { healthStore } from '#stores/health.ts';
import { Icon } from '#ui/icon.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { routes } from '#ui/routing/routes.ts';
import { destinations, isCurrent } from './navigation.ts';
import styles from './frame.module.css';

/** The links to all pages; in the rail, and in the drawer of phones. */
export function RailLinks({ onFollow }: { readonly onFollow?: () => void }) {
  const t = useT();
  const [location] = useLocation();
  const running = useSelect(healthStore, ({ latest }) => latest?.running_grids ?? 0);
  return destinations.map(({ path, name, icon }) => (
    <Link
      key={path}
      href={path}
      className={styles['link']}
      title={t(name)}
      aria-current={isCurrent(path, location) ? 'page' : undefined}
      onClick={onFollow}
    >
      <Icon name={icon} />
      <span className={styles['text']}>{t(name)}</span>
      {path === routes.grids && running > 0 && (
        // Not part of the link's name.
        <span className={styles['badge']} aria-hidden="true">
          {t('frame.live', { n: running })}
        </span>
      )}
    </Link>
  ));
}
