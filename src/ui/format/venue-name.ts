import { currentTranslate } from '../i18n/i18n.ts';

const NAMES: Readonly<Record<string, string>> = {
  sim: 'SIM',
  okx: 'OKX',
  polymarket: 'Polymarket',
  push: 'Push',
  'trading-socketio': 'Socket.IO',
  replay: 'Replay',
};

/** What an engine calls the account it has at a venue itself, beside the paper account of its prices. */
const OWN_ACCOUNT = /^(.+)-account$/;

/** A venue as its users write it, in their language. */
export function venueName(venue: string): string {
  const [, owner] = OWN_ACCOUNT.exec(venue) ?? [];
  const of = owner === undefined ? undefined : NAMES[owner];
  return of === undefined ? (NAMES[venue] ?? venue) : currentTranslate()('frame.venue_account', { venue: of });
}
