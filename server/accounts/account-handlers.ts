/** What is kept of venues' own accounts. */
import type { Handler } from '#server/gateway/handlers.ts';
import type { AccountFills } from '#server/storage/account-fills.ts';
import { toFillView } from './account-wire.ts';

const USUAL = 200;

export function accountHandlers(fills: Pick<AccountFills, 'list'>): {
  readonly 'account.fills': Handler<'account.fills'>;
} {
  return {
    'account.fills': async ({ venue, before, limit = USUAL }) => ({
      fills: fills.list(venue, before, limit).map((kept) => ({ ...toFillView(kept.fill), venue: kept.venue })),
    }),
  };
}
