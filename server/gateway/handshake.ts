/** The checks before a connection is upgraded, in order: Z1 path, Z3 `Host` and `Origin`, Z1 sub-protocol, Z2 token. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { SUBPROTOCOL } from '#protocol/limits.ts';
import type { Identity, TokenVerifier } from './identity.ts';
import type { Origins } from './origins.ts';

export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 503;
  readonly message: string;
}

export type Handshake = { readonly identity: Identity | undefined } | { readonly refusal: Refusal };

export async function checkHandshake(
  request: IncomingMessage,
  origins: Origins,
  verifier: TokenVerifier,
): Promise<Handshake> {
  const { headers } = request;
  const [path, query] = (request.url ?? '').split('?', 2);
  if (path !== '/ws') return refuse(404, 'the WebSocket endpoint is /ws');
  if (!origins.allowsHost(headers.host)) return refuse(403, 'unknown Host; see --public-url');
  if (!origins.allowsOrigin(headers.origin, headers.host)) return refuse(403, 'Origin not allowed; see --allow-origin');
  const offered = headers['sec-websocket-protocol'];
  if (offered !== undefined && !offered.split(',').some((name) => name.trim() === SUBPROTOCOL)) {
    return refuse(400, `the sub-protocol is ${SUBPROTOCOL}`);
  }
  const token = new URLSearchParams(query).get('token') ?? bearer(headers.authorization);
  if (token === undefined) return { identity: undefined };
  try {
    return { identity: await verifier.verify(token) };
  } catch {
    return refuse(401, 'the token is not valid or has expired');
  }
}

/** The token of `Authorization: Bearer …`. */
export function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

/** Answers a request that is not upgraded. */
export function refuseUpgrade(socket: Duplex, { status, message }: Refusal): void {
  const reasons = { 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 503: 'Unavailable' };
  const head = [
    `HTTP/1.1 ${status} ${reasons[status]}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(message)}`,
    ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${message}`);
  socket.once('finish', () => socket.destroy());
}

function refuse(status: Refusal['status'], message: string): Handshake {
  return { refusal: { status, message } };
}
