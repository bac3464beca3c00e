import { connectionStore, useMay } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { killSwitchStore } from '#stores/kill-switch.ts';
import { Button } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';

/** Always in reach; a viewer sees why it is not theirs to use. */
export function KillSwitchButton({ onOpen }: { readonly onOpen: () => void }) {
  const t = useT();
  const may = useMay('trader');
  const known = useSelect(connectionStore, ({ peer }) => peer !== null);
  const active = useSelect(killSwitchStore, (state) => state.active === true);
  return (
    <Button
      variant="danger"
      icon={active ? 'power' : undefined}
      aria-pressed={active}
      disabledReason={known && !may ? t('frame.needs_trader') : undefined}
      onClick={onOpen}
    >
      {t('frame.kill_switch')}
    </Button>
  );
}
