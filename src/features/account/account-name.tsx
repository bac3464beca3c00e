import type { AccountView } from '#stores/accounts.ts';
import { venueName } from '#ui/format/venue-name.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Tag } from '#ui/tag.tsx';
import css from './account.module.css';

/** Whose figures these are: of paper money, and last known while its connection is down (T6). */
export function AccountName({ account }: { readonly account: Pick<AccountView, 'name' | 'paper' | 'stale'> }) {
  const t = useT();
  return (
    <span className={css.owner}>
      {venueName(account.name)}
      {account.paper && <Tag tone="warn">{t('account.paper')}</Tag>}
      {account.stale && (
        <span title={t('account.stale_text')}>
          <Tag tone="warn">{t('account.stale')}</Tag>
        </span>
      )}
    </span>
  );
}
