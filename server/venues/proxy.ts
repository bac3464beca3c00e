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

/** `proxy`: `http://`, `https://`, `socks4(a)://`, `socks5(h)://`; names are looked up by a SOCKS proxy, not here. */
export function createEgress(proxy: string | undefined): Egress {
  if (proxy === undefined) return STRAIGHT;
  const { protocol, host } = new URL(proxy);
  const words = ` through the proxy ${protocol}//${host}`;
  if (protocol === 'http:' || protocol === 'https:') return { agent: new HttpsProxyAgent(proxy), words };
  // Where venues are blocked their names often are, too.
  const remote = proxy.replace(/^socks5:/, 'socks5h:').replace(/^socks4:/, 'socks4a:');
  return { agent: new SocksProxyAgent(remote), words };
}
