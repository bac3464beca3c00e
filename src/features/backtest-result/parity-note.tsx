/** Whether a replayed live session came out as it was recorded. */
import type { SessionParity } from '#protocol/backtest-shapes.ts';
import { cx } from '#ui/class-names.ts';
import { Icon } from '#ui/icon.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import css from './backtest-result.module.css';

export function ParityNote({ parity }: { readonly parity: SessionParity }) {
  const t = useT();
  const { identical, kind, orders, fills, signals, realized_pnl: pnl, difference = '' } = parity;
  return (
    <p className={cx(css.parity, identical ? 'up' : 'down')} role="status">
      <Icon name={identical ? 'check' : 'warning'} size={14} />
      {!identical
        ? t('backtests.parity_differs', { difference })
        : kind === 'grid'
          ? t('backtests.parity_identical', { orders, fills, pnl })
          : t('backtests.parity_identical_strategy', { signals, fills, pnl })}
    </p>
  );
}
