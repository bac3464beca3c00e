import { connectionStore } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import styles from './settings.module.css';

export function About() {
  const t = useT();
  const server = useSelect(connectionStore, ({ peer }) => peer?.server);
  return (
    <Panel title={t('settings.about')} card padded bodyClassName={styles['stack']}>
      <p>
        <strong>Griddesk</strong>{' '}
        {server !== undefined && <span className="dim">· {server.replace(/^Griddesk /, '')}</span>}
      </p>
      <p className="dim">{t('settings.keyboard_text')}</p>
      <p className="dim">
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          {t('settings.attribution')}
        </a>
      </p>
    </Panel>
  );
}
