/**
 * Z3: which sites may talk to the engine from a browser, and by which names it may be reached. The `Host` check keeps
 * out a foreign name that was made to point here (DNS rebinding): an IP literal cannot be rebound.
 */
import { isIP } from 'node:net';

export interface OriginOptions {
  /** `--host`, when it is a name. */
  readonly host: string;
  /** `--public-url`: how browsers reach an engine behind a proxy. */
  readonly publicUrl: string | undefined;
  /** `--allow-origin`: other dashboards, e.g. `https://desk.example`. */
  readonly allowOrigins: readonly string[];
}

export class Origins {
  readonly #names: ReadonlySet<string>;
  readonly #allowed: ReadonlySet<string>;

  constructor({ host, publicUrl, allowOrigins }: OriginOptions) {
    const names = ['localhost', host.toLowerCase()];
    if (publicUrl !== undefined) names.push(new URL(publicUrl).hostname);
    this.#names = new Set(names);
    this.#allowed = new Set(publicUrl === undefined ? allowOrigins : [...allowOrigins, new URL(publicUrl).origin]);
  }

  allowsHost(host: string | undefined): boolean {
    const url = hostUrl(host);
    if (!url) return false;
    const name = url.hostname;
    return name.startsWith('[') || isIP(name) !== 0 || name.endsWith('.localhost') || this.#names.has(name);
  }

  /** Of a browser's request to `host`; scripts send no `Origin`. */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined || this.#allowed.has(origin)) return true;
    const own = hostUrl(host);
    if (!own || !URL.canParse(origin)) return false;
    const { protocol, host: from } = new URL(origin);
    return (protocol === 'http:' || protocol === 'https:') && from === own.host;
  }

  /** Another site's dashboard, which needs CORS headers. */
  isForeign(origin: string, host: string | undefined): boolean {
    return this.#allowed.has(origin) && new URL(origin).host !== hostUrl(host)?.host;
  }
}

function hostUrl(host: string | undefined): URL | undefined {
  return host !== undefined && /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}`)
    ? new URL(`http://${host}`)
    : undefined;
}
