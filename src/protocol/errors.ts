/** Z15: the closed set of error codes. A client also accepts codes it does not know and shows their message. */
export const ERROR_CODES = [
  'AUTH_REQUIRED',
  'AUTH_INVALID',
  'AUTH_EXPIRED',
  'FORBIDDEN',
  'PARSE_ERROR',
  'INVALID_MESSAGE',
  'INVALID_COMMAND',
  'INVALID_CHANNEL',
  'UNKNOWN_TYPE',
  'UNKNOWN_ACTION',
  'VALIDATION_ERROR',
  'NOT_FOUND',
  'GRID_ALREADY_RUNNING',
  'GRID_NOT_RUNNING',
  'INSUFFICIENT_FUNDS',
  'RISK_REJECTED',
  'KILL_SWITCH_ACTIVE',
  'VENUE_UNAVAILABLE',
  'RATE_LIMITED',
  'SUBSCRIPTION_LIMIT',
  'SLOW_CONSUMER',
  'TIMEOUT',
  'INTERNAL_ERROR',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One bad field of a `VALIDATION_ERROR`; `path` is the field's name on the wire, e.g. `upper_price`. */
export interface FieldIssue {
  readonly path: string;
  readonly message: string;
}

/** An answer of "no" with a code both ends know. Thrown by command handlers, rejected by `client.command`. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  /** A code of Z15 or, from foreign engines, one we do not know. */
  readonly code: string;
  readonly details: unknown;

  constructor(code: ErrorCode | (string & {}), message: string, details?: unknown) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** The fields of a `VALIDATION_ERROR`, else none. */
  get fieldIssues(): readonly FieldIssue[] {
    return Array.isArray(this.details) ? this.details.filter(isFieldIssue) : [];
  }
}

function isFieldIssue(value: unknown): value is FieldIssue {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<FieldIssue>).path === 'string' &&
    typeof (value as Partial<FieldIssue>).message === 'string'
  );
}
