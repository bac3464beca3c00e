/** What every response tells the browser it may do: the dashboard needs nothing but itself, its engines and sources. */
import type { IncomingMessage } from 'node:http';
import type { FastifyHelmetOptions } from '@fastify/helmet';
import type { StoredSource } from '#server/storage/sources.ts';

export interface SecurityOptions {
  /** Other engines the dashboard may connect to, e.g. `wss://desk.example`. */
  readonly connectSources: readonly string[];
  /** Those set up now; asked for with every response. */
  readonly sources: () => readonly StoredSource[];
  readonly secure: boolean;
}

const NOTHING = ["'none'"];
const OWN = ["'self'"];

/** A worker has the policy of its own response: venues are connected to from there, so that the page stays strict. */
const FEED_WORKER = /^\/assets\/feed-worker-[\w-]+\.js$/;

export function isFeedWorker(path: string): boolean {
  return FEED_WORKER.test(path);
}

export function securityHeaders({ connectSources, sources, secure }: SecurityOptions): FastifyHelmetOptions {
  const connectSrc = ({ url = '' }: IncomingMessage) => {
    const known = isFeedWorker(url.split('?', 1)[0] ?? '') ? feedOrigins(sources()) : pageOrigins(sources());
    return [...new Set([...OWN, ...connectSources, ...known])].join(' ');
  };
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: NOTHING,
        scriptSrc: OWN,
        styleSrc: OWN,
        imgSrc: OWN,
        fontSrc: OWN,
        connectSrc: [connectSrc],
        workerSrc: OWN,
        manifestSrc: OWN,
        baseUri: NOTHING,
        formAction: OWN,
        frameAncestors: NOTHING,
      },
    },
    // A stray http:// visit must stay possible on a LAN without certificates.
    strictTransportSecurity: secure,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  };
}

/** The page talks to engines itself, and posts to where a source's token comes from (T9). */
function pageOrigins(sources: readonly StoredSource[]): string[] {
  return sources
    .filter(({ enabled }) => enabled)
    .flatMap(({ kind, via, url, auth, loginUrl }) => [
      ...(kind === 'engine' && via === 'direct' ? originsOf(url) : []),
      ...(auth === 'login' && loginUrl !== undefined ? originsOf(loginUrl) : []),
    ]);
}

/** Of saved sources, enabled or not: a connection can be tested before it is switched on. */
function feedOrigins(sources: readonly StoredSource[]): string[] {
  return (
    sources
      .filter(({ kind, via }) => kind !== 'engine' && via === 'direct')
      // T1: Socket.IO polls over HTTP and goes on over a WebSocket.
      .flatMap(({ url }) => originsOf(url, url.replace(/^http/, 'ws')))
  );
}

/** Of one host only: `new URL` also takes hosts with `;` or `*`, which say something else in a policy. */
const ORIGIN = /^(wss?|https?):\/\/([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/;

function originsOf(...urls: readonly string[]): string[] {
  return urls
    .map((url) => {
      const { protocol, host } = new URL(url);
      return `${protocol}//${host}`;
    })
    .filter((origin) => ORIGIN.test(origin));
}

/** Of what a browser could lend to a page, ours wants to write to the clipboard and to go full screen. */
export const PERMISSIONS_POLICY = [
  'accelerometer=()',
  'camera=()',
  'display-capture=()',
  'geolocation=()',
  'gyroscope=()',
  'magnetometer=()',
  'microphone=()',
  'midi=()',
  'payment=()',
  'usb=()',
].join(', ');
