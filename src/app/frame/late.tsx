/** The frame's parts that can wait for the first price: a small chunk. */
import { useLocation } from 'wouter';
import { useShortcuts } from './use-shortcuts.ts';
import type { Overlay } from './overlay.ts';

export { CutOffBanner } from '#features/connection/cut-off-banner.tsx';
export { KillSwitchBanner } from '#features/kill-switch/kill-switch-banner.tsx';
export { Bell } from '#features/notifications/bell.tsx';

export function Shortcuts({ open }: { readonly open: (overlay: Overlay) => void }) {
  const [, navigate] = useLocation();
  useShortcuts(open, navigate);
  return null;
}
