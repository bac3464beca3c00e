/** What a failing connection says, in words for people: without addresses that hold credentials. */

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'no answer in time',
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'a frame is too long',
  EPIPE: 'the connection was cut',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is of another name',
};

/** Error codes rather than messages: those of `ws` and the proxies may quote whole addresses. */
export function networkFault(error: unknown): string {
  // A name with several addresses fails with one error for each.
  if (error instanceof AggregateError && error.errors.length > 0) return networkFault(error.errors[0]);
  if (!(error instanceof Error)) return 'the connection failed';
  const code = 'code' in error ? String(error.code) : '';
  const known = REASONS[code];
  if (known !== undefined) return known;
  if (/proxy|socks/i.test(`${error.name} ${error.message}`)) return 'the proxy does not connect to it';
  if (/handshake has timed out/.test(error.message)) return 'no answer in time';
  return code === '' ? 'the connection failed' : `the connection failed (${code})`;
}
