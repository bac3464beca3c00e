/** The way out of this machine: straight, or through an HTTP(S) or SOCKS proxy. */
import type { Agent } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';

export interface Egress {
  /** For `ws` and `node:http(s)`; `undefined`: straight. A proxy gets a tunnel for whatever is asked (CONNECT). */
  readonly agent: Agent | undefined;
  /** For people: ` through the proxy socks5://host:1080`, or nothing. Without the proxy's credentials. */
  readonly words: string;
}

export const STRAIGHT: Egress = { agent: undefined, words: '' };

/** Longer than anybody waits for what lies behind it. */
const TUNNEL_MS = 12_000;

/** Its base leaves the line to a proxy that does not answer open, for ever, whatever becomes of the request. */
class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #tunnelMs: number;

  constructor(proxy: string, tunnelMs: number) {
    super(proxy);
    this.#tunnelMs = tunnelMs;
  }

  override async connect(...request: Parameters<HttpsProxyAgent<string>['connect']>) {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.#tunnelMs);
    // Read when the line is opened, before anything is waited for.
    this.connectOpts = Object.assign(this.connectOpts, { signal: late.signal });
    try {
      return await super.connect(...request);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** `proxy`: `http://`, `https://`, `socks4(a)://`, `socks5(h)://`; names are looked up by a SOCKS proxy, not here. */
export function createEgress(proxy: string | undefined, tunnelMs = TUNNEL_MS): Egress {
  if (proxy === undefined) return STRAIGHT;
  const { protocol, host } = new URL(proxy);
  const words = ` through the proxy ${protocol}//${host}`;
  if (protocol === 'http:' || protocol === 'https:') return { agent: new TunnelAgent(proxy, tunnelMs), words };
  // Where venues are blocked their names often are, too.
  const remote = proxy.replace(/^socks5:/, 'socks5h:').replace(/^socks4:/, 'socks4a:');
  return { agent: new SocksProxyAgent(remote, { timeout: tunnelMs }), words };
}
