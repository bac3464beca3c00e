import { accountStore, totalsOf } from '#stores/account.ts';
import { useSelect } from '#stores/environment.tsx';
import { healthStore } from '#stores/health.ts';
import { formatCount, formatMoney } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { signTone, Stat, StatGrid } from '#ui/stat.tsx';
import { Skeleton } from '#ui/states.tsx';

interface Props {
  readonly className: string | undefined;
  readonly statsClassName: string | undefined;
}

export function AccountFigures({ className, statsClassName }: Props) {
  const t = useT();
  const balances = useSelect(accountStore, (state) => state.balances);
  const running = useSelect(healthStore, ({ latest }) => latest?.running_grids);
  const totals = totalsOf(balances);
  const free = balances?.flatMap((account) => account.balances).find(({ currency }) => currency === totals?.currency);
  const waiting = <Skeleton width={90} height={15} />;
  return (
    <Panel title={t('overview.figures')} head="none" {...(className && { className })}>
      <StatGrid className={statsClassName}>
        <Stat
          label={t('overview.equity')}
          value={totals ? formatMoney(totals.equity) : waiting}
          note={totals?.currency}
        />
        <Stat
          label={t('overview.today')}
          value={totals ? formatMoney(totals.todayPnl, { sign: true }) : waiting}
          tone={signTone(totals?.todayPnl)}
        />
        <Stat
          label={t('overview.total')}
          value={totals ? formatMoney(totals.totalPnl, { sign: true }) : waiting}
          tone={signTone(totals?.totalPnl)}
        />
        <Stat
          label={t('overview.balance', { currency: totals?.currency ?? '' })}
          value={totals ? formatMoney(free?.free) : waiting}
        />
        <Stat label={t('overview.grids')} value={running === undefined ? waiting : formatCount(running)} />
      </StatGrid>
    </Panel>
  );
}
