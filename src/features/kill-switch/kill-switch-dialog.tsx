import { useId, useRef, useState, type FormEvent } from 'react';
import type { Params, Result } from '#protocol/commands.ts';
import { useCommandMutation } from '#queries/commands.ts';
import { useMay } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { healthStore } from '#stores/health.ts';
import { killSwitchStore } from '#stores/kill-switch.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Checkbox, Field, Input } from '#ui/field.tsx';
import { formatCount } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Stat, StatGrid } from '#ui/stat.tsx';
import styles from './kill-switch-dialog.module.css';

type Affected = Result<'system.kill_switch'>['affected'];

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function KillSwitchDialog({ open, onClose }: Props) {
  // What was asked decides the title, not what becomes true meanwhile.
  return open ? <Body onClose={onClose} /> : null;
}

function Body({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const form = useId();
  const first = useRef<HTMLInputElement>(null);
  const active = useSelect(killSwitchStore, (state) => state.active === true);
  const grids = useSelect(healthStore, ({ latest }) => latest?.running_grids);
  const strategies = useSelect(healthStore, ({ latest }) => latest?.running_strategies);
  const isAdmin = useMay('admin');
  const [action] = useState<Params<'system.kill_switch'>['action']>(active ? 'deactivate' : 'activate');
  const [reason, setReason] = useState('');
  const [closePositions, setClosePositions] = useState(false);
  const [missing, setMissing] = useState(false);
  const command = useCommandMutation('system.kill_switch', { meta: { quiet: true } });
  const activating = action === 'activate';

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (command.isPending) return;
    const given = reason.trim();
    setMissing(given === '');
    if (given === '') return;
    command.mutate({ action, reason: given, ...(activating && closePositions && { close_positions: true }) });
  };

  if (command.data) {
    return (
      <Dialog
        open
        onClose={onClose}
        title={activating ? t('desk.kill_done') : t('desk.kill_lifted')}
        footer={
          <Button variant="primary" onClick={onClose}>
            {t('common.close')}
          </Button>
        }
      >
        {activating ? <Stopped affected={command.data.affected} /> : <p>{t('desk.kill_lifted_text')}</p>}
      </Dialog>
    );
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={activating ? t('frame.kill_switch') : t('desk.kill_deactivate_title')}
      initialFocus={first}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            type="submit"
            form={form}
            variant={activating ? 'danger' : 'primary'}
            pending={command.isPending}
            disabledReason={!activating && !isAdmin ? t('desk.needs_admin') : undefined}
          >
            {activating ? t('desk.activate') : t('desk.deactivate')}
          </Button>
        </>
      }
    >
      <form id={form} className={styles['form']} onSubmit={submit} noValidate>
        <p>
          {activating ? t('desk.kill_text', { n: grids ?? 0, s: strategies ?? 0 }) : t('desk.kill_deactivate_text')}
        </p>
        <Field label={t('desk.reason')} error={missing ? t('desk.reason_missing') : command.error?.message}>
          <Input
            ref={first}
            value={reason}
            maxLength={500}
            placeholder={activating ? t('desk.reason_example') : ''}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
        {activating && (
          <Checkbox
            label={t('desk.close_positions')}
            checked={closePositions}
            onChange={(event) => setClosePositions(event.target.checked)}
          />
        )}
      </form>
    </Dialog>
  );
}

function Stopped({ affected }: { readonly affected: Affected }) {
  const t = useT();
  return (
    <div className={styles['affected']}>
      <StatGrid>
        <Stat label={t('desk.grids_stopped')} value={formatCount(affected.grids_stopped)} />
        <Stat label={t('desk.orders_cancelled')} value={formatCount(affected.orders_cancelled)} />
        <Stat label={t('desk.strategies_stopped')} value={formatCount(affected.strategies_stopped)} />
        <Stat label={t('desk.positions_closed')} value={formatCount(affected.positions_closed ?? 0)} />
      </StatGrid>
    </div>
  );
}
