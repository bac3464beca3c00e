import { lazy, Suspense, useCallback, useState } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { CutOffBanner } from '#features/connection/cut-off-banner.tsx';
import { KillSwitchBanner } from '#features/kill-switch/kill-switch-banner.tsx';
import { useFreshness } from '#stores/connection.ts';
import { ErrorBoundary } from '#ui/error-boundary.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { routes } from '#ui/routing/routes.ts';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { buttonClass } from '#ui/button.tsx';
import { Link } from 'wouter';
import { pages } from '../pages.ts';
import type { Overlay } from './overlay.ts';
import { RailLinks } from './rail-links.tsx';
import { TopBar } from './top-bar.tsx';
import { useAfterFirstPrice } from './use-after-first-price.ts';
import { useShortcuts } from './use-shortcuts.ts';
import styles from './frame.module.css';

const Overlays = lazy(() => import('./overlays.tsx').then(({ Overlays: Component }) => ({ default: Component })));

export function Frame() {
  const t = useT();
  const [location, navigate] = useLocation();
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const close = useCallback(() => setOverlay(null), []);
  useShortcuts(setOverlay, navigate);
  const freshness = useFreshness();
  const settled = useAfterFirstPrice();
  return (
    <div className={styles['frame']} data-freshness={freshness}>
      <a className={styles['skip']} href="#main">
        {t('frame.skip')}
      </a>
      <TopBar open={setOverlay} />
      <nav className={styles['rail']} aria-label={t('frame.pages')}>
        <RailLinks />
      </nav>
      <main id="main" tabIndex={-1} className={styles['main']}>
        <CutOffBanner />
        <KillSwitchBanner onDeactivate={() => setOverlay('kill-switch')} />
        <div className={styles['page']}>
          <ErrorBoundary key={location} fallback={(error, reset) => <ErrorState error={error} onRetry={reset} />}>
            <Suspense fallback={<SkeletonRows rows={8} />}>
              <Switch>
                {pages.map(({ path, Component }) => (
                  <Route key={path} path={path} component={Component} />
                ))}
                <Route>
                  <EmptyState
                    title={t('frame.not_found')}
                    action={
                      <Link href={routes.overview} className={buttonClass()}>
                        {t('frame.overview')}
                      </Link>
                    }
                  />
                </Route>
              </Switch>
            </Suspense>
          </ErrorBoundary>
        </div>
      </main>
      {(settled || overlay !== null) && (
        <Suspense>
          <Overlays overlay={overlay} open={setOverlay} close={close} />
        </Suspense>
      )}
    </div>
  );
}
