/** *Stop strategy*: what shall happen to its position, and what that means in figures. */
import { useState } from 'react';
import type { StrategyView } from '#protocol/strategy-shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { useCommandMutation } from '#queries/commands.ts';
import { useInstance } from '#stores/environment.tsx';
import { notificationsStore } from '#stores/notifications.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Checkbox } from '#ui/field.tsx';
import { formatMoney, formatSize } from '#ui/format/numbers.ts';
import { strategyLabel } from '#ui/format/strategy-words.ts';
import { useT } from '#ui/i18n/use-t.ts';
import css from './strategy-detail.module.css';

export interface StopStrategyDialogProps {
  readonly strategy: StrategyView;
  readonly instrument: ListedInstrument | undefined;
  readonly onClose: () => void;
}

export function StopStrategyDialog({ strategy, instrument, onClose }: StopStrategyDialogProps) {
  const t = useT();
  const [closePosition, setClosePosition] = useState(false);
  const { notify } = useInstance(notificationsStore);
  const { config, status } = strategy;
  const name = config.name ?? strategyLabel({ id: config.strategy, label: config.strategy }, t);
  const stop = useCommandMutation('strategy.stop', {
    meta: { quiet: true },
    onSuccess: ({ final_pnl: pnl }) => {
      onClose();
      notify({
        kind: 'strategy_stopped',
        strategy: { id: strategy.id, symbol: config.symbol, name: config.name, of: config.strategy },
        currency: instrument?.quote ?? '',
        pnl,
      });
    },
  });
  const isFlat = Number(status.exact?.['position'] ?? status.position) === 0;
  const values = {
    position: `${formatSize(status.exact?.['position'] ?? status.position, instrument?.lotSize)} ${instrument?.base ?? ''}`,
    value: `${formatMoney(status.position * status.current_price)} ${instrument?.quote ?? ''}`,
  };
  const submit = () => stop.mutate({ id: strategy.id, close_position: closePosition && !isFlat });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('strategies.stop_title', { name, symbol: config.symbol })}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button variant="danger" pending={stop.isPending} onClick={submit}>
            {t('strategies.stop_strategy')}
          </Button>
        </>
      }
    >
      {/* The same whether it holds something or not: it may trade while one reads, and nothing may jump. */}
      <div className={css.choices}>
        <Checkbox
          label={t('strategies.close_position')}
          checked={closePosition && !isFlat}
          disabled={isFlat}
          onChange={(event) => setClosePosition(event.target.checked)}
        />
        <p className="dim">
          {isFlat
            ? t('strategies.stop_flat')
            : t(closePosition ? 'strategies.close_position_text' : 'strategies.keep_position_text', values)}
        </p>
      </div>
      <p className={css.result}>
        {t('strategies.stop_pnl', { pnl: formatMoney(status.realized_pnl + status.unrealized_pnl, { sign: true }) })}
      </p>
      {stop.isError && (
        <p role="alert" className="down">
          {stop.error.message}
        </p>
      )}
    </Dialog>
  );
}
