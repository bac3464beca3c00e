/** The settings of sources as they travel; `SourceConfig` in the domain says what they mean. */
import * as z from 'zod/mini';
import { SOURCE_ID, SOURCE_KINDS } from '#domain/source.ts';

// A strict CSP forbids `eval`; zod must know before the first schema compiles.
z.config({ jitless: true });

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));
const decimal = z.string().check(z.regex(/^\d+(\.\d+)?$/, 'expected a plain decimal'));

/** No user or password in it: it is kept and shown. */
const ADDRESS = /^(wss?|https?):\/\/[^\s/@?#]+([/?][^\s#]*)?$/;
const LOGIN = /^https?:\/\/[^\s/@?#]+([/?][^\s#]*)?$/;
const isWebSocket = (url: string) => url.startsWith('ws');

export const predictionMarket = z.object({
  id: text(128),
  question: text(500),
  slug: z.string().check(z.maxLength(300)),
  description: z.optional(z.string().check(z.maxLength(10_000))),
  outcomes: z.array(z.object({ symbol: text(128), name: text(100) })).check(z.maxLength(20)),
  tickSize: decimal,
  state: z.enum(['open', 'closed', 'resolved']),
  winner: z.optional(z.string()),
  endsAt: z.optional(z.number()),
});

const sourceInstrument = z.object({
  symbol: text(128),
  base: text(100),
  quote: text(32),
  tickSize: decimal,
  lotSize: decimal,
  minSize: decimal,
  minNotional: decimal,
  makerFee: z.string(),
  takerFee: z.string(),
  feeCurrency: z.enum(['quote', 'received']),
  title: z.optional(z.string().check(z.maxLength(600))),
  prediction: z.optional(predictionMarket),
  contract: z.optional(z.object({ value: decimal, currency: text(32), type: z.enum(['linear', 'inverse']) })),
});

export const MAX_SOURCE_INSTRUMENTS = 200;

export const sourceConfig = z
  .object({
    id: z.string().check(z.regex(SOURCE_ID, 'use 1 to 32 lower case letters, digits and dashes')),
    kind: z.enum(SOURCE_KINDS),
    name: text(60),
    url: z
      .string()
      .check(
        z.maxLength(500),
        z.regex(ADDRESS, 'expected an address like wss://host:8443, without a user and a password'),
      ),
    via: z.enum(['direct', 'engine']),
    enabled: z.boolean(),
    instruments: z.array(sourceInstrument).check(z.maxLength(MAX_SOURCE_INSTRUMENTS)),
    auth: z.enum(['none', 'token', 'login']),
    loginUrl: z.optional(
      z
        .string()
        .check(z.maxLength(500), z.regex(LOGIN, 'expected an address like https://host/login, without a password')),
    ),
    zone: z.optional(z.string().check(z.regex(/^[+-]\d\d:\d\d$/, 'expected an offset like +08:00'))),
  })
  .check(
    z.refine(({ kind, url }) => !ADDRESS.test(url) || isWebSocket(url) === (kind !== 'trading-socketio'), {
      path: ['url'],
      error: 'ws:// or wss://; for an account server http:// or https://',
    }),
    z.refine(({ auth, loginUrl }) => auth !== 'login' || loginUrl !== undefined, {
      path: ['loginUrl'],
      error: 'needed to log in',
    }),
  );
