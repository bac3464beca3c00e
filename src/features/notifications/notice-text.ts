import type { Instrument } from '#domain/instrument.ts';
import type { NamedStrategy, Notice } from '#stores/notifications.ts';
import type { Traded } from '#stores/traded-instruments.ts';
import { formatMoney, formatPct, formatPrice, formatSize } from '#ui/format/numbers.ts';
import { reasonText } from '#ui/format/reason-text.ts';
import { signalText } from '#ui/format/signal-text.ts';
import { strategyLabel } from '#ui/format/strategy-words.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import type { MessageKey } from '#ui/i18n/keys.ts';
import { paths } from '#ui/routing/routes.ts';
import type { TagTone } from '#ui/tag.tsx';

export interface NoticeText {
  readonly title: string;
  readonly text: string;
  readonly tone: TagTone;
  /** Where to see more. */
  readonly to: string | undefined;
}

const GRID_TITLES: Readonly<Record<string, MessageKey>> = {
  stop_loss: 'desk.grid_stop_loss',
  take_profit: 'desk.grid_take_profit',
  error: 'desk.grid_error',
  paused: 'desk.grid_paused',
  running: 'desk.grid_triggered',
};

const TARGETS = ['long', 'short', 'flat'] as const;

function strategyName({ name, of, symbol }: NamedStrategy, t: Translate): string {
  return [name ?? strategyLabel({ id: of, label: of }, t), symbol].filter(Boolean).join(' ');
}

export interface Lookup {
  /** What a grid trades; its id stands for it until that is known. */
  readonly tradedBy: (gridId: string) => Traded;
  /** What a strategy trades. */
  readonly listed: (strategy: NamedStrategy) => Instrument | undefined;
}

export function noticeText(notice: Notice, t: Translate, { tradedBy, listed }: Lookup): NoticeText {
  switch (notice.kind) {
    case 'fills': {
      const { side, count, gridId, price, amount, realized } = notice;
      const { pair, instrument } = tradedBy(gridId);
      const values = {
        n: count,
        price: formatPrice(price, instrument?.tickSize),
        amount: formatSize(amount, instrument?.lotSize),
        pair: pair ?? gridId,
      };
      const money = [formatMoney(realized, { sign: true }), instrument?.quote].filter(Boolean).join(' ');
      const title = count > 1 ? 'desk.fills' : side === 'buy' ? 'desk.bought' : 'desk.sold';
      return {
        title: t(title, values),
        text: realized === 0 ? gridId : `${gridId} · ${t('desk.realized', { pnl: money })}`,
        tone: side === 'buy' ? 'up' : 'down',
        to: paths.grid(gridId),
      };
    }
    case 'grid': {
      const { gridId, state, reason } = notice;
      const title = t(GRID_TITLES[state] ?? 'desk.grid_changed');
      const { pair = gridId } = tradedBy(gridId);
      const text = reason === undefined ? pair : `${pair} · ${reasonText(reason, t)}`;
      return { title, text, tone: state === 'error' ? 'down' : 'warn', to: paths.grid(gridId) };
    }
    case 'grid_stopped': {
      const { gridId, ordersStay, pair, currency, pnl, trades } = notice;
      return {
        title: t(ordersStay ? 'desk.grid_stopping' : 'desk.grid_stopped', { pair }),
        text: t(ordersStay ? 'desk.pnl_so_far' : 'desk.final_pnl', {
          pnl: `${formatMoney(pnl, { sign: true })} ${currency}`,
          n: trades,
        }),
        tone: pnl < 0 ? 'down' : 'up',
        to: paths.grid(gridId),
      };
    }
    case 'signal': {
      const { strategy, side, price, reason } = notice;
      const known = TARGETS.find((each) => each === side);
      const values = {
        target: known ? t(`desk.target_${known}`) : side,
        symbol: strategy.symbol,
        price: formatPrice(price, listed(strategy)?.tickSize),
      };
      return {
        title: t('desk.strategy_signal', values),
        text: `${strategyName(strategy, t)} · ${signalText(reason, t)}`,
        tone: side === 'long' ? 'up' : side === 'short' ? 'down' : 'accent',
        to: paths.strategy(strategy.id),
      };
    }
    case 'strategy_fill': {
      const { strategy, side, price, amount, realized } = notice;
      const instrument = listed(strategy);
      const values = {
        price: formatPrice(price, instrument?.tickSize),
        amount: formatSize(amount, instrument?.lotSize),
        pair: strategy.symbol,
      };
      const name = strategyName(strategy, t);
      const money = [formatMoney(realized, { sign: true }), instrument?.quote].filter(Boolean).join(' ');
      return {
        title: t(side === 'buy' ? 'desk.bought' : 'desk.sold', values),
        text: realized === 0 ? name : `${name} · ${t('desk.realized', { pnl: money })}`,
        tone: side === 'buy' ? 'up' : 'down',
        to: paths.strategy(strategy.id, { tab: 'fills' }),
      };
    }
    case 'strategy': {
      const { strategy, state, reason } = notice;
      const title =
        state === 'error'
          ? 'desk.strategy_error'
          : state === 'paused'
            ? 'desk.strategy_paused'
            : 'desk.strategy_changed';
      return {
        title: t(title),
        text: [strategyName(strategy, t), reasonText(reason, t)].filter(Boolean).join(' · '),
        tone: state === 'error' ? 'down' : 'warn',
        to: paths.strategy(strategy.id),
      };
    }
    case 'strategy_stopped': {
      const { strategy, currency, pnl } = notice;
      const money = t('desk.final_pnl_only', { pnl: `${formatMoney(pnl, { sign: true })} ${currency}` });
      return {
        title: t('desk.strategy_stopped'),
        text: `${strategyName(strategy, t)} · ${money}`,
        tone: pnl < 0 ? 'down' : 'up',
        to: paths.strategy(strategy.id),
      };
    }
    case 'backtest': {
      const { id, name, failed, totalReturn, reason } = notice;
      const outcome = totalReturn === null ? undefined : formatPct(totalReturn * 100, { sign: true });
      return {
        title: t(failed ? 'desk.backtest_failed' : 'desk.backtest_done'),
        text: [name, failed ? reason : outcome].filter(Boolean).join(' · '),
        tone: failed || (totalReturn ?? 0) < 0 ? 'down' : 'up',
        to: paths.backtest(id),
      };
    }
    case 'sweep': {
      const { id, name, failed, reason } = notice;
      return {
        title: t(failed ? 'desk.sweep_failed' : 'desk.sweep_done'),
        text: [name, reason].filter(Boolean).join(' · '),
        tone: failed ? 'down' : 'up',
        to: paths.sweep(id),
      };
    }
    case 'kill_switch': {
      const { active, reason } = notice;
      const title = t(active ? 'desk.kill_done' : 'desk.kill_lifted');
      return { title, text: reason, tone: active ? 'down' : 'accent', to: paths.system() };
    }
    case 'source_silent':
      return {
        title: t('desk.source_silent', { name: notice.name }),
        text: t('desk.source_silent_text'),
        tone: 'warn',
        to: paths.system(),
      };
    case 'command_failed': {
      const { action, code, message } = notice;
      return {
        title: t('desk.command_failed', { action }),
        text: `${message} (${code})`,
        tone: 'down',
        to: undefined,
      };
    }
  }
}
