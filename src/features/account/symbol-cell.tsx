import { Link } from 'wouter';
import { paths } from '#ui/routing/routes.ts';
import css from './account.module.css';
import type { Row } from './account-rows.ts';

/** What is traded; leads to its market where the desk has one. */
export function SymbolCell({ row: { of, name, instrument } }: { readonly row: Row<{ readonly symbol: string }> }) {
  const title = name === of.symbol ? of.symbol : `${name}\n${of.symbol}`;
  if (!instrument) {
    return (
      <span className={css.symbol} title={title}>
        {name}
      </span>
    );
  }
  return (
    <Link href={paths.market(instrument.venue, instrument.symbol)} className={css.symbol} title={title}>
      {name}
    </Link>
  );
}
