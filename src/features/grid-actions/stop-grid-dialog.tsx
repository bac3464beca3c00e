/** *Stop grid*: what shall happen to its orders and its position, and what that means in figures (G14). */
import { useState } from 'react';
import type { GridView } from '#protocol/shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { useCommandMutation } from '#queries/commands.ts';
import { useInstance } from '#stores/environment.tsx';
import { notificationsStore } from '#stores/notifications.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Checkbox } from '#ui/field.tsx';
import { formatCount, formatMoney, formatSize } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import css from './grid-actions.module.css';

export interface StopGridDialogProps {
  readonly grid: GridView;
  readonly instrument: ListedInstrument | undefined;
  readonly onClose: () => void;
}

export function StopGridDialog({ grid, instrument, onClose }: StopGridDialogProps) {
  const t = useT();
  const [cancelOrders, setCancelOrders] = useState(true);
  const [closePosition, setClosePosition] = useState(false);
  const { notify } = useInstance(notificationsStore);
  const stop = useCommandMutation('grid.stop', {
    meta: { quiet: true },
    onSuccess: ({ status: state, final_pnl: pnl, total_trades: trades }) => {
      onClose();
      notify({
        kind: 'grid_stopped',
        gridId: grid.id,
        ordersStay: state === 'stopping',
        pair: grid.config.pair,
        currency: instrument?.quote ?? '',
        pnl,
        trades,
      });
    },
  });
  const { status } = grid;
  const cancels = cancelOrders || closePosition;
  const position = formatSize(status.exact?.position ?? status.position, instrument?.lotSize);
  const values = {
    orders: formatCount(status.active_buy_orders + status.active_sell_orders),
    position: `${position} ${instrument?.base ?? ''}`,
    value: `${formatMoney(status.position * status.current_price)} ${instrument?.quote ?? ''}`,
  };
  const submit = () => stop.mutate({ id: grid.id, cancel_orders: cancels, close_position: closePosition });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('grids.stop_title', { pair: grid.config.pair })}
      footer={
        <>
          <Button onClick={onClose}>{t('grids.cancel')}</Button>
          <Button variant="danger" pending={stop.isPending} onClick={submit}>
            {t('grids.stop_grid')}
          </Button>
        </>
      }
    >
      <div className={css.choices}>
        <Checkbox
          label={t('grids.cancel_orders')}
          checked={cancels}
          disabled={closePosition}
          onChange={(event) => setCancelOrders(event.target.checked)}
        />
        <p className="dim">{t(cancels ? 'grids.cancel_orders_text' : 'grids.leave_orders_text', values)}</p>
        <Checkbox
          label={t('grids.close_position')}
          checked={closePosition}
          onChange={(event) => setClosePosition(event.target.checked)}
        />
        <p className="dim">{t(closePosition ? 'grids.close_position_text' : 'grids.keep_position_text', values)}</p>
      </div>
      <p className={css.result}>
        {t('grids.stop_pnl', { pnl: formatMoney(status.realized_pnl + status.unrealized_pnl, { sign: true }) })}
      </p>
      {stop.isError && (
        <p role="alert" className="down">
          {stop.error.message}
        </p>
      )}
    </Dialog>
  );
}
