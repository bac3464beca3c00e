/** Who may use a dialect's port: as the gateway has it (Z3, Z7), and the engine's own dashboard on its own port. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Timers } from '#domain/clock.ts';
import { bearer } from '#server/gateway/handshake.ts';
import type { Identity, TokenVerifier } from '#server/gateway/identity.ts';
import type { Origins } from '#server/gateway/origins.ts';

export interface AdmissionOptions {
  readonly origins: Origins;
  readonly verifier: TokenVerifier;
  readonly timers: Timers;
  /** Where the dashboard is served: its page on this machine is not another site's. */
  readonly dashboardPort: () => number;
}

/** How often it is looked whether another process has ended a session. */
const CHECK_MS = 30_000;

export class Admission {
  readonly #o: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#o = options;
  }

  /** Why a request is not let in, if it is not. */
  refusal({ host, origin }: IncomingHttpHeaders): string | undefined {
    const { origins, dashboardPort } = this.#o;
    if (!origins.allowsHost(host)) return 'unknown Host; see --public-url';
    const dashboard = host?.replace(/:\d+$/, `:${dashboardPort()}`);
    if (origins.allowsOrigin(origin, host) || origins.allowsOrigin(origin, dashboard)) return undefined;
    return 'Origin not allowed; see --allow-origin';
  }

  /** Throws `ProtocolError`. */
  verify(token: string): Promise<Identity> {
    return this.#o.verifier.verify(token);
  }

  /** Calls `end` once, when the token has run out or its session was ended; the returned function calls it off. */
  watch({ sessionId, expiresAt }: Identity, end: (reason: string) => void): () => void {
    const { timers, verifier } = this.#o;
    let cancel = () => {};
    const look = () => {
      const left = (expiresAt ?? Infinity) - timers.now();
      if (left <= 0) return end('the token has expired');
      if (!verifier.isOpen(sessionId)) return end('the session has ended');
      cancel = timers.after(Math.min(left, CHECK_MS), look);
    };
    cancel = timers.after(Math.min(Math.max(0, (expiresAt ?? Infinity) - timers.now()), CHECK_MS), look);
    return () => cancel();
  }
}

/** The token of an `Authorization` header or of `?token=`, in this order (T2). */
export function tokenOf(headers: IncomingHttpHeaders, url: string | undefined): string | undefined {
  const query = new URLSearchParams((url ?? '').split('?', 2)[1]);
  return bearer(headers.authorization) ?? query.get('token') ?? undefined;
}
