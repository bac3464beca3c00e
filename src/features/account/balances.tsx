/** The regions *Balances* and *Assets*: what each account holds, and together what is in one currency. */
import type { AccountView } from '#stores/accounts.ts';
import { formatCount } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { signTone } from '#ui/stat.tsx';
import { EmptyState } from '#ui/states.tsx';
import { type Column, Table } from '#ui/table.tsx';
import css from './account.module.css';
import { AccountName } from './account-name.tsx';
import { currencyOf, type Figure, type Figures, figuresOf, sumAccounts } from './account-sums.ts';
import { formatAmount } from './amount.ts';

interface BalanceRow {
  readonly key: string;
  readonly account: AccountView | null;
  readonly paper: boolean;
  readonly accounts: number;
  readonly currency: string;
  readonly figures: Figures;
}

const SIGNED: ReadonlySet<Figure> = new Set(['today', 'pnl', 'unrealized', 'realized']);

interface AccountsProps {
  readonly accounts: readonly AccountView[];
  readonly className?: string;
}

export function Balances({ accounts, className }: AccountsProps) {
  const t = useT();
  const rows: BalanceRow[] = [
    ...sumAccounts(accounts).map((sum) => ({ ...sum, key: `${sum.paper} ${sum.currency}`, account: null })),
    // An account that only tells its fills has nothing to say here.
    ...accounts
      .filter(({ balance, pnl }) => balance !== null || pnl !== null)
      .map((account) => ({
        key: account.venue,
        account,
        paper: account.paper,
        accounts: 1,
        currency: currencyOf(account),
        figures: figuresOf(account),
      })),
  ];
  const figure = (key: Figure, header: string, wide = false): Column<BalanceRow> => ({
    key,
    header,
    wide,
    align: 'end',
    cell: ({ figures, currency }) => {
      const value = figures[key];
      const signed = SIGNED.has(key);
      return (
        <span className={signed ? signTone(value) : undefined}>{formatAmount(value, currency, { sign: signed })}</span>
      );
    },
  });
  return (
    <Panel title={t('account.balances')} {...(className !== undefined && { className })}>
      {rows.length === 0 ? (
        <EmptyState title={t('account.no_balance')} />
      ) : (
        <Table
          label={t('account.balances')}
          rows={rows}
          rowKey={({ key }) => key}
          isSelected={({ account }) => account === null}
          columns={[
            {
              key: 'account',
              header: t('account.account'),
              cell: ({ account, paper, accounts: count }) =>
                account ? (
                  <AccountName account={account} />
                ) : (
                  <b>{t(paper ? 'account.sum_paper' : 'account.sum_real', { count: formatCount(count) })}</b>
                ),
            },
            { key: 'currency', header: t('account.currency'), cell: ({ currency }) => currency },
            figure('total', t('account.total')),
            figure('available', t('account.available'), true),
            figure('used', t('account.used'), true),
            figure('today', t('account.today')),
            figure('pnl', t('account.pnl')),
            figure('unrealized', t('account.unrealized'), true),
            figure('realized', t('account.realized'), true),
          ]}
        />
      )}
    </Panel>
  );
}

export function Assets({ accounts, className }: AccountsProps) {
  const t = useT();
  const rows = accounts.flatMap((account) =>
    (account.balance?.assets ?? []).map((asset) => ({ account, asset, key: `${account.venue} ${asset.currency}` })),
  );
  return (
    <Panel title={t('account.assets')} {...(className !== undefined && { className })}>
      {rows.length === 0 ? (
        <EmptyState title={t('account.no_assets')} />
      ) : (
        <Table
          label={t('account.assets')}
          rows={rows}
          rowKey={({ key }) => key}
          columns={[
            {
              key: 'asset',
              header: t('account.asset'),
              cell: ({ asset }) => <b className={css.symbol}>{asset.currency}</b>,
            },
            {
              key: 'account',
              header: t('account.account'),
              cell: ({ account }) => <AccountName account={account} />,
            },
            {
              key: 'total',
              header: t('account.total'),
              align: 'end',
              cell: ({ asset }) => formatAmount(asset.total, asset.currency),
            },
            {
              key: 'available',
              header: t('account.available'),
              align: 'end',
              cell: ({ asset }) => formatAmount(asset.available, asset.currency),
            },
          ]}
        />
      )}
    </Panel>
  );
}
