import { describe, expect, it } from 'vitest';
import { ERROR_CODES, ProtocolError } from './errors.ts';
import { roleAllows, ROLES } from './roles.ts';

describe('ProtocolError', () => {
  it('Z15: the set of codes is the page’s', () => {
    expect(ERROR_CODES.join(' ')).toBe(
      'AUTH_REQUIRED AUTH_INVALID AUTH_EXPIRED FORBIDDEN PARSE_ERROR INVALID_MESSAGE INVALID_COMMAND INVALID_CHANNEL ' +
        'UNKNOWN_TYPE UNKNOWN_ACTION VALIDATION_ERROR NOT_FOUND GRID_ALREADY_RUNNING GRID_NOT_RUNNING ' +
        'INSUFFICIENT_FUNDS RISK_REJECTED KILL_SWITCH_ACTIVE VENUE_UNAVAILABLE RATE_LIMITED SUBSCRIPTION_LIMIT ' +
        'SLOW_CONSUMER TIMEOUT INTERNAL_ERROR',
    );
  });

  it.each(ERROR_CODES)('Z15: carries %s with message and details', (code) => {
    const error = new ProtocolError(code, 'why', { retry_after_ms: 1 });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'ProtocolError', code, message: 'why', details: { retry_after_ms: 1 } });
    expect(error.fieldIssues).toEqual([]);
  });

  it('Z15: gives the fields of a VALIDATION_ERROR, and only what is one', () => {
    const good = { path: 'upper_price', message: 'too low' };
    const details = [good, null, 'x', { path: 1, message: 'x' }, { path: 'x' }];
    expect(new ProtocolError('VALIDATION_ERROR', '', details).fieldIssues).toEqual([good]);
    expect(new ProtocolError('DEPRECATED', '').fieldIssues).toEqual([]);
  });
});

it('Z7: a role may what the ones below it may', () => {
  const allowed = ROLES.map((role) => ROLES.filter((needed) => roleAllows(role, needed)));
  expect(allowed).toEqual([['viewer'], ['viewer', 'trader'], ['viewer', 'trader', 'admin']]);
});
