/** `griddesk record`: the raw frames of a venue into a file, as the dashboard's recorder writes them. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { Argument, InvalidArgumentError, type Command } from 'commander';
import { INTERVALS } from '#domain/market-data.ts';
import { SOURCE_KINDS } from '#domain/source.ts';
import { ConfigError } from '#server/config/load-config.ts';
import { isProxy } from '#server/config/schema.ts';
import { systemTimers } from '#server/host/system-timers.ts';
import { nodeSockets } from '#server/venues/node-socket.ts';
import { createEgress } from '#server/venues/proxy.ts';
import { createSession } from '#venues/create-session.ts';
import { frameLine, headerLine } from '#venues/recording.ts';
import type { FeedName, SessionStatus, Subscription, VenueKind } from '#venues/venue.ts';
import { InputError, NetworkError } from './errors.ts';
import type { StartPorts } from './start.ts';
import { readPassword, type Terminal } from './terminal.ts';

const VENUES = SOURCE_KINDS.filter((kind) => kind !== 'engine');
const FEEDS: readonly FeedName[] = ['ticker', 'trades', 'book', ...INTERVALS.map((each): FeedName => `candle_${each}`)];
const DEFAULT_FEEDS = 'ticker,trades,book';
const URLS: { readonly [K in VenueKind]?: string } = {
  okx: 'wss://ws.okx.com:8443',
  polymarket: 'wss://ws-subscriptions-clob.polymarket.com',
};
/** A disk that is so far behind does not keep up. */
const MAX_UNWRITTEN = 64 * 1024 * 1024;
const STDOUT = '-';

interface RecordOptions {
  readonly url?: string;
  readonly symbols: readonly string[];
  readonly feeds: readonly FeedName[];
  readonly out: string;
  readonly seconds?: number;
  readonly proxy?: string;
  readonly token?: boolean;
}

export function addRecord(program: Command, ports: Pick<StartPorts, 'terminal' | 'untilStopped'>): void {
  program
    .command('record')
    .description('write the raw frames of a venue to a file; Ctrl-C ends it')
    .addArgument(new Argument('<venue>', 'whose').choices(VENUES))
    .option('--url <url>', 'its base address; for okx and polymarket their own if not given')
    .option('--symbols <symbol,…>', 'what is subscribed to, where the venue has subscriptions', words, [])
    .option('--feeds <feed,…>', `of ${FEEDS.join(' ')}`, feeds, feeds(DEFAULT_FEEDS))
    .requiredOption('--out <file>', 'JSON lines, a frame each; - for stdout')
    .option('--seconds <number>', 'ends it after so long', seconds)
    .option('--proxy <url>', 'HTTP(S) or SOCKS proxy on the way to it')
    .option('--token', 'asks for the token the server wants')
    .action((venue: VenueKind, options: RecordOptions) => record(venue, options, ports));
}

async function record(
  kind: VenueKind,
  { url = URLS[kind], symbols, feeds: wanted, out, seconds: limit, proxy: way, token }: RecordOptions,
  { terminal, untilStopped }: Pick<StartPorts, 'terminal' | 'untilStopped'>,
): Promise<void> {
  if (url === undefined) throw new ConfigError(`--url: ${kind} has no address of its own, give its server's`);
  if (!/^(wss?|https?):\/\//.test(url) || !URL.canParse(url)) {
    throw new ConfigError('--url: expected an address like wss://host:8443');
  }
  // Not by the command line's own check: it repeats what was given, and there may be a password in it.
  if (way !== undefined && !isProxy(way)) {
    throw new ConfigError('--proxy: expected an address like socks5://127.0.0.1:1080');
  }
  if (symbols.length === 0 && URLS[kind] !== undefined) throw new ConfigError(`--symbols: say what of ${kind}`);
  const secret = token === true ? await readPassword(terminal, 'Token: ') : undefined;
  const file = await openFile(out, terminal);
  let frames = 0;
  let end: (error?: Error) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  file.onError((error) => end(new InputError(`cannot write ${out}: ${error.message}`)));
  file.write(headerLine({ kind, source: kind, instruments: [] }));
  const session = await createSession(
    kind,
    { url, venue: kind, instruments: [], ...(secret !== undefined && { token: secret }) },
    {
      timers: systemTimers,
      random: Math.random,
      openSocket: nodeSockets({ egress: createEgress(way) }),
      emit: (events) => {
        for (const event of events) {
          if (event.type === 'problem' && event.problem.code !== 'unknown_type') terminal.err(event.problem.message);
        }
      },
      onStatus: (status) => {
        tell(status, terminal);
        if (status.phase === 'refused') end(new NetworkError(`${new URL(url).host} refuses: ${status.reason}`));
      },
      tap: (frame) => {
        frames += 1;
        file.write(frameLine(frame));
        if (file.unwritten() > MAX_UNWRITTEN) end(new InputError(`${out} does not keep up with the frames`));
      },
    },
  );
  const cancel = limit === undefined ? () => {} : systemTimers.after(limit * 1000, () => end());
  try {
    session.want(subscriptions(kind, symbols, wanted));
    session.start();
    await Promise.race([ended, untilStopped()]);
  } finally {
    cancel();
    session.close();
    await file.close();
    terminal.err(`${frames} frames in ${out}`);
  }
}

function subscriptions(kind: VenueKind, symbols: readonly string[], wanted: readonly FeedName[]): Subscription[] {
  const account: Subscription[] = kind === 'trading-socketio' ? [{ feed: 'account', symbol: '' }] : [];
  return [...account, ...symbols.flatMap((symbol) => wanted.map((feed) => ({ feed, symbol })))];
}

function tell(status: SessionStatus, { err }: Terminal): void {
  if (status.phase === 'live') err('connected');
  if (status.phase === 'waiting') err(`not connected: ${status.reason}; trying again`);
}

interface LineFile {
  write(line: string): void;
  unwritten(): number;
  onError(listener: (error: Error) => void): void;
  close(): Promise<void>;
}

/** Throws an `InputError` where it cannot be made. */
async function openFile(path: string, { out }: Terminal): Promise<LineFile> {
  if (path === STDOUT) return { write: out, unwritten: () => 0, onError: () => {}, close: async () => {} };
  const stream: WriteStream = createWriteStream(path);
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', (error) => reject(new InputError(`cannot write ${path}: ${error.message}`)));
  });
  return {
    write: (line) => void stream.write(`${line}\n`),
    unwritten: () => stream.writableLength,
    onError: (listener) => stream.on('error', listener),
    close: () => new Promise((resolve) => (stream.destroyed ? resolve() : stream.end(() => resolve()))),
  };
}

function words(text: string): readonly string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

function feeds(text: string): readonly FeedName[] {
  return words(text).map((word) => {
    const feed = FEEDS.find((each) => each === word);
    if (feed === undefined) throw new InvalidArgumentError(`there is no feed ${word}.`);
    return feed;
  });
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0) || value > 86_400) throw new InvalidArgumentError('expected seconds, up to a day.');
  return value;
}
