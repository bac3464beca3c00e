import { useEffect, useRef } from 'react';
import { routes } from '#ui/routing/routes.ts';
import type { Overlay } from './overlay.ts';

/** `g` followed by one of these goes to a page. */
export const GO_TO: Readonly<Record<string, string>> = {
  o: routes.overview,
  m: routes.markets,
  g: routes.grids,
  n: routes.newGrid,
  b: routes.backtests,
  t: routes.newBacktest,
  y: routes.system,
  s: routes.settings,
};

const SEQUENCE_MS = 1_200;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName))
  );
}

/** Ctrl/⌘ K: palette. `?`: shortcuts. `g` then a letter: a page. Single keys are left alone while somebody types. */
export function useShortcuts(open: (overlay: Overlay) => void, go: (path: string) => void): void {
  const handlers = useRef({ open, go });
  useEffect(() => {
    handlers.current = { open, go };
  });
  useEffect(() => {
    let goSince = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        handlers.current.open('palette');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const path = event.timeStamp - goSince < SEQUENCE_MS ? GO_TO[event.key] : undefined;
      goSince = event.key === 'g' && path === undefined ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (path !== undefined) handlers.current.go(path);
      else if (event.key === '?') handlers.current.open('shortcuts');
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
