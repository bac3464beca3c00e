import { accountStore, totalsOf } from '#stores/account.ts';
import { useSelect } from '#stores/environment.tsx';
import { cx } from '#ui/class-names.ts';
import { formatMoney } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone } from '#ui/stat.tsx';
import styles from './equity.module.css';

/** Equity and today's PnL, in the top bar. */
export function Equity() {
  const t = useT();
  const totals = totalsOf(useSelect(accountStore, ({ balances }) => balances));
  return (
    <dl className={styles['figures']}>
      <div className={cx(styles['figure'], styles['equity'])} title={totals?.currency}>
        <dt>{t('frame.equity')}</dt>
        <dd>{formatMoney(totals?.equity)}</dd>
      </div>
      <div className={styles['figure']} title={t('frame.today_text')}>
        <dt>{t('frame.today')}</dt>
        <dd className={signTone(totals?.todayPnl)}>{formatMoney(totals?.todayPnl, { sign: true })}</dd>
      </div>
    </dl>
  );
}
