import { useMay } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { killSwitchStore } from '#stores/kill-switch.ts';
import { Banner } from '#ui/banner.tsx';
import { Button } from '#ui/button.tsx';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';

/** Nothing trades while the kill switch is active: said on every page. */
export function KillSwitchBanner({ onDeactivate }: { readonly onDeactivate: () => void }) {
  const t = useT();
  const isAdmin = useMay('admin');
  const { active, last } = useSelect(killSwitchStore, (state) => state);
  if (active !== true) return null;
  const deactivate = (
    <Button disabledReason={isAdmin ? undefined : t('desk.needs_admin')} onClick={onDeactivate}>
      {t('desk.deactivate')}
    </Button>
  );
  return (
    <Banner tone="down" action={deactivate}>
      <strong>{t('desk.kill_active')}</strong>{' '}
      {last !== null && (
        <>
          {t('desk.kill_reason', { reason: last.reason })}{' '}
          <span className="dim">
            {last.by !== undefined && last.by} {last.ts !== undefined && formatTime(last.ts, 'short')}
          </span>
        </>
      )}
    </Banner>
  );
}
