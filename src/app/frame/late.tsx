/** The frame's parts that can wait for the first price: a small chunk. */
import { useLocation } from 'wouter';
import { CutOffBanner } from '#features/connection/cut-off-banner.tsx';
import { KillSwitchBanner } from '#features/kill-switch/kill-switch-banner.tsx';
import { VenueChips } from '#features/connection/venue-chips.tsx';
import { MoreSources } from '#features/sources/more-sources.tsx';
import { useSourceAlarms } from '#features/sources/use-source-alarms.ts';
import { useShortcuts } from './use-shortcuts.ts';
import type { Overlay } from './overlay.ts';

export { Bell } from '#features/notifications/bell.tsx';
export { ReplayBar } from '#features/replay/replay-bar.tsx';

/** The top bar's chips beside the engine's own. */
export function LaterChips() {
  return (
    <>
      <VenueChips />
      <MoreSources />
    </>
  );
}

/** What concerns every page, and what goes on without being seen. */
export function Banners({ open }: { readonly open: (overlay: Overlay) => void }) {
  const [, navigate] = useLocation();
  useSourceAlarms();
  useShortcuts(open, navigate);
  return (
    <>
      <CutOffBanner />
      <KillSwitchBanner onDeactivate={() => open('kill-switch')} />
    </>
  );
}
