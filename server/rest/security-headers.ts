/** What every response tells the browser it may do: the dashboard needs nothing but itself and its engines. */
import type { FastifyHelmetOptions } from '@fastify/helmet';

export interface SecurityOptions {
  /** Other engines the dashboard may connect to, e.g. `wss://desk.example`. */
  readonly connectSources: readonly string[];
  readonly secure: boolean;
}

const NOTHING = ["'none'"];
const OWN = ["'self'"];

export function securityHeaders({ connectSources, secure }: SecurityOptions): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: NOTHING,
        scriptSrc: OWN,
        styleSrc: OWN,
        imgSrc: OWN,
        fontSrc: OWN,
        connectSrc: [...OWN, ...connectSources],
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
