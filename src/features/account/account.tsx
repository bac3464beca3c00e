/** Balances, positions, orders and fills of every source, one by one and together. */
import { type ReactNode, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useSelect } from '#stores/environment.tsx';
import { useListings } from '#stores/listings.ts';
import type { SourceView } from '#stores/source-types.ts';
import { sourcesStore } from '#stores/sources.ts';
import { Button, buttonClass } from '#ui/button.tsx';
import { venueName } from '#ui/format/venue-name.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { anyText, useSearchState } from '#ui/routing/use-search-state.ts';
import { Segmented } from '#ui/segmented.tsx';
import { EmptyState } from '#ui/states.tsx';
import css from './account.module.css';
import { bySymbol, matching, mergeRows, rowsOf } from './account-rows.ts';
import { Assets, Balances } from './balances.tsx';
import { Fills } from './fills.tsx';
import { Orders } from './orders.tsx';
import { Positions } from './positions.tsx';
import { useAccounts } from './use-accounts.ts';

const ALL = 'all';

interface AccountProps {
  /** The dialog that signs in to a source. */
  readonly signIn: (source: SourceView, onClose: () => void) => ReactNode;
}

export function Account({ signIn }: AccountProps) {
  const t = useT();
  const all = useAccounts();
  const { listings } = useListings();
  const [chosen, setChosen] = useSearchState('account', ALL, anyText);
  const [symbol, setSymbol] = useSearchState('symbol', '', anyText);
  const known = all.some(({ venue }) => venue === chosen);
  const accounts = useMemo(() => (known ? all.filter(({ venue }) => venue === chosen) : all), [all, known, chosen]);
  const listed = useMemo(() => bySymbol(listings), [listings]);
  const { positions, orders, fills } = useMemo(
    () => ({
      positions: accounts.flatMap((each) =>
        rowsOf(each, each.positions, (position) => `${position.symbol} ${position.side}`, listed),
      ),
      orders: accounts.flatMap((each) => rowsOf(each, each.orders, ({ id }) => id, listed)),
      fills: mergeRows(
        [],
        accounts.flatMap((each) => rowsOf(each, each.fills, ({ id }) => id, listed)),
      ),
    }),
    [accounts, listed],
  );
  const addSource = (
    <Link href={paths.settings()} className={buttonClass()}>
      {t('account.add_source')}
    </Link>
  );

  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{t('account.title')}</h1>
        {all.length > 1 && (
          <Segmented
            label={t('account.accounts')}
            value={known ? chosen : ALL}
            options={[
              { value: ALL, label: t('account.all') },
              ...all.map(({ venue, name }) => ({ value: venue, label: venueName(name) })),
            ]}
            onChange={setChosen}
          />
        )}
        <span className="grow" />
        {all.length > 0 && (
          <input
            type="search"
            className={css.search}
            aria-label={t('account.filter')}
            placeholder={t('account.filter')}
            value={symbol}
            onChange={(event) => setSymbol(event.target.value)}
          />
        )}
        {addSource}
      </header>
      <SignIns signIn={signIn} />
      {all.length === 0 ? (
        <div className={css.empty}>
          <EmptyState
            title={t('account.none')}
            text={
              <>
                {t('account.none_source')}
                <br />
                {t('account.none_keys')}
              </>
            }
            action={addSource}
          />
        </div>
      ) : (
        <div className={css.panels}>
          <Balances accounts={accounts} className={css.balances ?? ''} />
          <Assets accounts={accounts} className={css.assets ?? ''} />
          <Positions rows={matching(positions, symbol)} className={css.positions ?? ''} />
          <Orders rows={matching(orders, symbol)} className={css.orders ?? ''} />
          <Fills rows={matching(fills, symbol)} className={css.fills ?? ''} />
        </div>
      )}
    </div>
  );
}

/** T9: sources that tell nothing before somebody signs in. */
function SignIns({ signIn }: AccountProps) {
  const ids = useSelect(sourcesStore, ({ sources }) =>
    sources.flatMap(({ config, state }) => (state.phase === 'needs_token' ? [config.id] : [])).join(' '),
  );
  const [open, setOpen] = useState<string | null>(null);
  const asked = useSelect(sourcesStore, ({ sources }) => sources.find(({ config }) => config.id === open));
  if (ids === '' && open === null) return null;
  return (
    <div className={css.signIns}>
      {ids !== '' && ids.split(' ').map((id) => <SignInLine key={id} id={id} onOpen={() => setOpen(id)} />)}
      {asked && signIn(asked, () => setOpen(null))}
    </div>
  );
}

function SignInLine({ id, onOpen }: { readonly id: string; readonly onOpen: () => void }) {
  const t = useT();
  const name = useSelect(sourcesStore, ({ sources }) => sources.find(({ config }) => config.id === id)?.config.name);
  return (
    <p>
      {t('account.wants_sign_in', { name: name ?? id })}
      <Button size="s" onClick={onOpen}>
        {t('account.sign_in')}
      </Button>
    </p>
  );
}
