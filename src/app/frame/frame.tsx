import { Suspense, useCallback, useState } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { useFreshness } from '#stores/connection.ts';
import { useAfterFirstPrice } from '#stores/use-after-first-price.ts';
import { ErrorBoundary } from '#ui/error-boundary.tsx';
import { lazyPart } from '#ui/i18n/lazy-part.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { routes } from '#ui/routing/routes.ts';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { buttonClass } from '#ui/button.tsx';
import { pages } from '../pages.ts';
import type { Overlay } from './overlay.ts';
import { RailLinks } from './rail-links.tsx';
import { TopBar } from './top-bar.tsx';
import styles from './frame.module.css';

const late = () => import('./late.tsx');
const { Component: Bell } = lazyPart(() => late().then((module) => module.Bell), 'desk');
const { Component: Banners } = lazyPart(() => late().then((module) => module.Banners), 'desk');
const { Component: LaterChips } = lazyPart(() => late().then((module) => module.LaterChips), 'desk', 'sources');
const { Component: ReplayBar } = lazyPart(() => late().then((module) => module.ReplayBar), 'sources');
const { Component: Overlays } = lazyPart(() => import('./overlays.tsx').then((module) => module.Overlays), 'desk');

export function Frame() {
  const t = useT();
  const [location] = useLocation();
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const close = useCallback(() => setOverlay(null), []);
  const freshness = useFreshness();
  const settled = useAfterFirstPrice();
  return (
    <div className={styles['frame']} data-freshness={freshness}>
      <a className={styles['skip']} href="#main">
        {t('frame.skip')}
      </a>
      <TopBar
        open={setOverlay}
        sources={
          settled && (
            <Suspense>
              <LaterChips />
            </Suspense>
          )
        }
        bell={
          settled && (
            <Suspense>
              <Bell onOpen={() => setOverlay('notifications')} />
            </Suspense>
          )
        }
      />
      <nav className={styles['rail']} aria-label={t('frame.pages')}>
        <RailLinks />
      </nav>
      <main id="main" tabIndex={-1} className={styles['main']}>
        {settled && (
          <Suspense>
            <Banners open={setOverlay} />
          </Suspense>
        )}
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
        {settled && (
          <Suspense>
            <ReplayBar />
          </Suspense>
        )}
      </main>
      {(settled || overlay !== null) && (
        <Suspense>
          <Overlays overlay={overlay} open={setOverlay} close={close} />
        </Suspense>
      )}
    </div>
  );
}
