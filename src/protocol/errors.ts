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
  /** For telling it in another language: what is wrong, and the figures it names as plain decimals or words. */
  readonly code?: string;
  readonly values?: Readonly<Record<string, string>>;
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
    return Array.isArray(this.details) ? this.details.flatMap(readFieldIssue) : [];
  }
}

/** From any engine: what is not as it should be is left out. */
function readFieldIssue(issue: unknown): FieldIssue[] {
  if (typeof issue !== 'object' || issue === null) return [];
  const { path, message, code, values }: { readonly [K in keyof FieldIssue]?: unknown } = issue;
  if (typeof path !== 'string' || typeof message !== 'string') return [];
  return [{ path, message, ...(typeof code === 'string' && { code }), ...(isTexts(values) && { values }) }];
}

function isTexts(values: unknown): values is Readonly<Record<string, string>> {
  return (
    typeof values === 'object' && values !== null && Object.values(values).every((value) => typeof value === 'string')
  );
}
