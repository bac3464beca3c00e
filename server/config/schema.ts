/** Every setting once: its check, its default and what `--help` says of it. The flag and variable names follow. */
import { resolve } from 'node:path';
import * as z from 'zod/mini';

const number = (check: z.ZodMiniNumber) => z.pipe(z.transform(fromText), check);

/** A flag or a variable is text; what is no number stays as it is, for the check to name. */
function fromText(value: unknown): unknown {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isNaN(parsed) ? value : parsed;
}

/** A YAML list, or a comma-separated word. */
const list = (item: z.ZodMiniType<string>) =>
  z.pipe(
    z.transform((value) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((part) => part.trim())
            .filter(Boolean)
        : value,
    ),
    z.array(item),
  );

const origin = z.string().check(
  z.refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) && new URL(value).origin === value,
    {
      error: 'expected an origin like https://desk.example:8443',
    },
  ),
);
const source = z.string().check(
  z.refine((value) => /^(wss?|https?):\/\/[\w.:[\]-]+$/.test(value) && URL.canParse(value), {
    error: 'expected a source like wss://engine.example:8080',
  }),
);
const url = z.string().check(
  z.refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: 'expected an address like https://desk.example',
  }),
);
const money = z.pipe(z.transform(String), z.string().check(z.regex(/^\d+(\.\d+)?$/, 'expected an amount like 100000')));
const LIMIT = /^(off|(?=.*[1-9])\d+(\.\d+)?)$/;
const limit = z.pipe(z.transform(String), z.string().check(z.regex(LIMIT, 'expected a positive amount, or off')));
const loss = z.pipe(
  z.transform(String),
  z.string().check(
    z.refine((value) => LIMIT.test(value) && (value === 'off' || Number(value) < 1), {
      error: 'expected a share below 1 such as 0.05, or off',
    }),
  ),
);

/** A base address: nothing after the host, so that paths can be put behind it. */
const base = (protocols: RegExp, example: string) =>
  z.pipe(
    z.string().check(
      z.refine((value) => URL.canParse(value) && protocols.test(value) && isBase(new URL(value)), {
        error: `expected an address like ${example}`,
      }),
    ),
    z.transform((value: string) => value.replace(/\/$/, '')),
  );
const isBase = ({ username, password, pathname, search, hash }: URL) =>
  username === '' && password === '' && pathname === '/' && search === '' && hash === '';
const webSocketBase = (example: string) => base(/^wss?:/, example);
const httpBase = (example: string) => base(/^https?:/, example);

const PROXY = /^(https?|socks[45]?|socks4a|socks5h):\/\//;

export function isProxy(value: string): boolean {
  return PROXY.test(value) && URL.canParse(value) && new URL(value).hostname !== '' && isDecodable(new URL(value));
}

/** A `%` of its own in a password is written `%25`; the agents give up on others when it is too late. */
function isDecodable({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

const proxy = z
  .string()
  .check(z.refine(isProxy, { error: 'expected an address like http://127.0.0.1:7890 or socks5://127.0.0.1:1080' }));

const symbol = z.string().check(z.regex(/^[A-Z0-9]+-[A-Z0-9]+$/, 'expected a spot pair like BTC-USDT'));

/** `--flag` alone, `--flag on`; in a file `on` or `true`. */
const onOff = z.pipe(
  z.transform((value) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : value)),
  z.enum(['on', 'off']),
);

const market = z.string().check(
  z.refine((value) => value === 'sim' || value === 'okx' || /^replay:[^,]+(,[^,]+)*$/.test(value), {
    error: 'expected sim, okx or replay:FILE[,FILE…]',
  }),
);

const port = number(z.int().check(z.gte(0), z.lte(65_535)));

/** Four numbers, in a file as a list, on a command line with commas. */
const intervals = z.pipe(
  z.transform((value) => (typeof value === 'string' ? value.split(',').map(fromText) : value)),
  z
    .array(z.number('expected a number of seconds').check(z.gte(0.1), z.lte(3_600)))
    .check(z.length(4, 'expected four numbers of seconds like 10,5,5,15')),
);

/** Set by variable or file only: command lines can be read by everybody on a machine. Never told to anybody again. */
const secret = {
  schema: z.pipe(
    // What a file of variables leaves empty is not given.
    z.transform((value) => (value === '' ? undefined : value)),
    z.optional(
      z
        .string('expected text; in a file put quotes around it')
        .check(z.regex(/^\S(?:[^\p{Cc}]*\S)?$/u, 'expected one line, without spaces around it')),
    ),
  ),
  default: undefined,
  argument: '',
  secret: true,
} as const;

export const SETTINGS = {
  host: {
    schema: z.string().check(z.regex(/^[\w.:-]+$/, 'expected an address or a name')),
    default: '127.0.0.1',
    argument: '<address>',
    help: 'address to listen on',
  },
  port: {
    schema: port,
    default: 8080,
    argument: '<number>',
    help: 'port to listen on; 0 takes a free one',
  },
  data: {
    schema: z.pipe(
      z.string().check(z.minLength(1)),
      z.transform((path: string) => resolve(path)),
    ),
    default: resolve('.data'),
    argument: '<folder>',
    help: 'folder of the database',
  },
  market: {
    schema: market,
    default: 'sim',
    argument: '<market>',
    help: "sim, the built-in simulated exchange; okx, that venue's live prices; or replay:FILE[,FILE…] of candle files",
  },
  instruments: {
    schema: list(symbol),
    default: ['BTC-USDT', 'ETH-USDT', 'SOL-USDT'],
    argument: '<instrument,…>',
    help: 'spot pairs to trade on --market okx',
  },
  okx_url: {
    schema: z.optional(webSocketBase('wss://ws.okx.com:8443')),
    default: undefined,
    argument: '<url>',
    help: "base of OKX's WebSockets, for regional hosts; else the one of live or demo",
  },
  okx_rest_url: {
    schema: httpBase('https://www.okx.com'),
    default: 'https://www.okx.com',
    argument: '<url>',
    help: "base of OKX's REST",
  },
  okx_demo: {
    schema: onOff,
    default: 'off',
    argument: '[on|off]',
    help: "OKX's demo trading instead of live",
  },
  okx_api_key: { ...secret, help: 'key of the OKX account to show; the right to read is enough' },
  okx_api_secret: { ...secret, help: 'secret of that key' },
  okx_api_passphrase: { ...secret, help: 'passphrase of that key' },
  polymarket_url: {
    schema: webSocketBase('wss://ws-subscriptions-clob.polymarket.com'),
    default: 'wss://ws-subscriptions-clob.polymarket.com',
    argument: '<url>',
    help: "base of Polymarket's WebSockets",
  },
  polymarket_gamma_url: {
    schema: httpBase('https://gamma-api.polymarket.com'),
    default: 'https://gamma-api.polymarket.com',
    argument: '<url>',
    help: "base of Polymarket's markets",
  },
  polymarket_clob_url: {
    schema: httpBase('https://clob.polymarket.com'),
    default: 'https://clob.polymarket.com',
    argument: '<url>',
    help: "base of Polymarket's order books",
  },
  polymarket_api_key: { ...secret, help: 'key of the account to show; see griddesk polymarket derive-keys' },
  polymarket_api_secret: { ...secret, help: 'secret of that key' },
  polymarket_api_passphrase: { ...secret, help: 'passphrase of that key' },
  proxy: {
    schema: z.optional(proxy),
    default: undefined,
    argument: '<url>',
    help: 'HTTP(S) or SOCKS proxy on the way to OKX and Polymarket',
  },
  record_ticks: {
    schema: onOff,
    default: 'off',
    argument: '[on|off]',
    help: "keep every trade, ticker and best price of the engine's market in ticks.db",
  },
  speed: {
    schema: z.union([z.literal('max'), number(z.number().check(z.positive()))], {
      error: 'expected a positive number or max',
    }),
    default: 300,
    argument: '<factor>',
    help: 'how much faster than life a replay runs, or max',
  },
  seed: {
    schema: number(z.int().check(z.gte(0), z.lte(0xff_ff_ff_ff))),
    default: 1,
    argument: '<number>',
    help: 'seed of the simulated exchange',
  },
  start_balance: {
    schema: money,
    default: '100000',
    argument: '<amount>',
    help: 'what a new paper account starts with, of each quote currency',
  },
  max_daily_loss: {
    schema: loss,
    default: '0.05',
    argument: '<share>',
    help: "share of the day's opening equity whose loss activates the kill switch, or off",
  },
  max_position: {
    schema: z.optional(limit),
    default: undefined,
    argument: '<amount>',
    help: 'most that an instrument may be worth with its resting buys, or off; twice the start balance if not given',
  },
  max_open_notional: {
    schema: z.optional(limit),
    default: undefined,
    argument: '<amount>',
    help: 'most that all resting orders may be worth, or off; twice the start balance if not given',
  },
  max_order: {
    schema: z.optional(limit),
    default: undefined,
    argument: '<amount>',
    help: 'most that one order may be worth, or off; the start balance if not given',
  },
  auth: {
    schema: z.enum(['on', 'off']),
    default: 'on',
    argument: '<on|off>',
    help: 'off serves everybody as admin; only on a loopback address',
  },
  dialect: {
    schema: list(z.enum(['push', 'socketio'], 'expected push or socketio')),
    default: [],
    argument: '<dialect,…>',
    help: 'also serve push, a JSON push server, and socketio, an account server, on ports of their own',
  },
  push_port: {
    schema: port,
    default: 8000,
    argument: '<number>',
    help: 'port of --dialect push; 0 takes a free one',
  },
  push_anonymous: {
    schema: onOff,
    default: 'off',
    argument: '[on|off]',
    help: 'the push server asks for no token: whoever reaches it sees prices and own trades',
  },
  push_instrument: {
    schema: z.optional(z.string().check(z.minLength(1))),
    default: undefined,
    argument: '<instrument>',
    help: 'what the push server tells of; the first instrument if not given',
  },
  socketio_port: {
    schema: port,
    default: 5000,
    argument: '<number>',
    help: 'port of --dialect socketio; 0 takes a free one',
  },
  socketio_intervals: {
    schema: intervals,
    default: [10, 5, 5, 15],
    argument: '<seconds,…>',
    help: 'how often the account server looks for changes of balance, positions, PnL and orders',
  },
  allow_origin: {
    schema: list(origin),
    default: [],
    argument: '<origin,…>',
    help: 'other dashboards that may use this engine',
  },
  connect_src: {
    schema: list(source),
    default: [],
    argument: '<source,…>',
    help: 'other engines this dashboard may connect to',
  },
  public_url: {
    schema: z.optional(url),
    default: undefined,
    argument: '<url>',
    help: 'how browsers reach the engine through a proxy',
  },
} as const satisfies Record<
  string,
  {
    schema: z.ZodMiniType;
    default: unknown;
    readonly argument: string;
    readonly help: string;
    readonly secret?: true;
  }
>;

export type Setting = keyof typeof SETTINGS;
export type Config = { readonly [K in Setting]: z.output<(typeof SETTINGS)[K]['schema']> };

export function isSetting(key: string): key is Setting {
  return Object.hasOwn(SETTINGS, key);
}

export const SETTING_NAMES = Object.keys(SETTINGS).filter(isSetting);

/** Of a setting that is never shown and has no flag. */
export function isSecret(setting: Setting): boolean {
  return 'secret' in SETTINGS[setting];
}

export function flagOf(setting: string): string {
  return `--${setting.replaceAll('_', '-')}`;
}

export function variableOf(setting: string): string {
  return `GRIDDESK_${setting.toUpperCase()}`;
}
