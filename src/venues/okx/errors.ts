/** O4, O7, O8: the venue's own codes. */
import type { Loss } from '../kit/connection.ts';

/** O8: answers to a login; trying the same keys again gives the same. */
const LOGIN_ERRORS = new Set(['60004', '60005', '60006', '60007', '60009', '60011', '60024', '60032']);

export function isLoginError(code: string): boolean {
  return LOGIN_ERRORS.has(code);
}

/** O4: the server closes in 60 s. */
export const CLOSING_SOON = '64008';

export const CLOSED_FOR_LOGIN = 4001;

/** O7. */
const CLOSE_CODES: Readonly<Record<number, string>> = {
  4001: 'login failed',
  4002: 'a request was not understood',
  4003: 'no subscription in time',
  4004: 'idle for 30 s',
  4005: 'we read too slowly',
  4006: 'abnormal disconnect',
  4007: 'the account or its key has changed',
  4008: 'too many channels',
  4009: 'too many channels on one connection',
};

export function describeLoss({ cause, code, reason }: Loss): string {
  if (cause !== 'closed') return reason;
  const meaning = CLOSE_CODES[code] ?? '';
  return ['closed', String(code), meaning, reason && reason !== meaning ? `(${reason})` : ''].filter(Boolean).join(' ');
}
