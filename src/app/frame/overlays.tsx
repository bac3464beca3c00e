/** Everything that lies over the page, in one chunk that is fetched after the first price. */
import { CommandPalette } from '#features/command-palette/command-palette.tsx';
import { ShortcutsSheet } from '#features/command-palette/shortcuts-sheet.tsx';
import { KillSwitchDialog } from '#features/kill-switch/kill-switch-dialog.tsx';
import { NotificationCentre } from '#features/notifications/notification-centre.tsx';
import { Toasts } from '#features/notifications/toasts.tsx';
import { Drawer } from '#ui/dialog.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { destinations } from './navigation.ts';
import type { Overlay } from './overlay.ts';
import { RailLinks } from './rail-links.tsx';
import { GO_TO } from './use-shortcuts.ts';

export interface OverlaysProps {
  readonly overlay: Overlay | null;
  readonly open: (overlay: Overlay) => void;
  readonly close: () => void;
}

export function Overlays({ overlay, open, close }: OverlaysProps) {
  const t = useT();
  return (
    <>
      <Drawer open={overlay === 'menu'} onClose={close} title={t('frame.pages')} side="left" width={240}>
        <nav aria-label={t('frame.pages')}>
          <RailLinks onFollow={close} />
        </nav>
      </Drawer>
      <CommandPalette
        open={overlay === 'palette'}
        onClose={close}
        pages={destinations}
        onKillSwitch={() => open('kill-switch')}
        onNotifications={() => open('notifications')}
        onShortcuts={() => open('shortcuts')}
      />
      <ShortcutsSheet open={overlay === 'shortcuts'} onClose={close} goTo={GO_TO} pages={destinations} />
      <NotificationCentre open={overlay === 'notifications'} onClose={close} />
      <KillSwitchDialog open={overlay === 'kill-switch'} onClose={close} />
      <Toasts />
    </>
  );
}
