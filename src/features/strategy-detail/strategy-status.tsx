/** The region *Strategy status*: every figure of the status event under its name, with what it means. */
import type { StrategyView } from '#protocol/strategy-shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { wanted } from '#stores/strategies-merge.ts';
import { explained } from '#ui/about.tsx';
import { formatCount, formatMoney, formatPrice, formatSize } from '#ui/format/numbers.ts';
import { formatAge, formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { signTone, Stat, StatGrid } from '#ui/stat.tsx';
import { TargetTag } from '#ui/strategy-tags.tsx';
import { figureLabel, figureText } from './figure-words.ts';
import css from './strategy-detail.module.css';

export function StrategyStatusPanel(props: {
  readonly strategy: StrategyView;
  readonly instrument: ListedInstrument | undefined;
  readonly className?: string;
}) {
  const t = useT();
  const { strategy, instrument, className } = props;
  const { status } = strategy;
  const exact = (name: string, value: number) => status.exact?.[name] ?? value;
  const gain = (name: string, value: number) => ({
    value: formatMoney(exact(name, value), { sign: true }),
    tone: signTone(exact(name, value)),
  });
  const price = (value: string | number | null) => formatPrice(value, instrument?.tickSize);
  const entry = status.exact?.['entry_price'] ?? status.entry_price;
  return (
    <Panel title={t('strategies.strategy_status')} head="none" {...(className !== undefined && { className })}>
      <StatGrid className={css.figures}>
        <Stat
          {...explained(t('strategies.realized_pnl'), t('strategies.realized_pnl_title'))}
          {...gain('realized_pnl', status.realized_pnl)}
        />
        <Stat
          {...explained(t('strategies.unrealized_pnl'), t('strategies.unrealized_pnl_title'))}
          {...gain('unrealized_pnl', status.unrealized_pnl)}
        />
        <Stat
          {...explained(t('strategies.position'), t('strategies.position_title'))}
          value={`${formatSize(exact('position', status.position), instrument?.lotSize)} ${instrument?.base ?? ''}`}
        />
        <Stat {...explained(t('strategies.entry_price'), t('strategies.entry_price_title'))} value={price(entry)} />
        <Stat
          {...explained(t('strategies.target'), t('strategies.target_title'))}
          value={<TargetTag target={wanted(status.target, strategy.config)} />}
        />
        <Stat
          {...explained(t('strategies.last_bar'), t('strategies.last_bar_title'))}
          value={formatTime(status.last_bar, 'minute')}
        />
        <Stat
          {...explained(t('strategies.equity'), t('strategies.equity_title'))}
          value={formatMoney(exact('equity', status.equity))}
        />
        <Stat
          {...explained(t('strategies.fees'), t('strategies.fees_title'))}
          value={formatMoney(exact('fees', status.fees))}
        />
        <Stat
          {...explained(t('strategies.signals'), t('strategies.signals_title'))}
          value={formatCount(status.signals)}
        />
        <Stat
          {...explained(t('strategies.uptime'), t('strategies.uptime_title'))}
          value={formatAge(status.uptime_seconds * 1000)}
        />
        {Object.entries(status.figures).map(([name, value]) => (
          <Stat
            key={name}
            {...explained(figureLabel(name, t), t('strategies.figure_title'))}
            value={figureText(name, value, instrument?.tickSize)}
          />
        ))}
      </StatGrid>
    </Panel>
  );
}
