/** One GET whose answer is JSON: no redirects, no cookies, bounded in time and size, through a proxy where there is one. */
import { request as httpRequest, type Agent, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Readable } from 'node:stream';
import { networkFault } from './network-fault.ts';

export type FetchFault = 'unreachable' | 'timeout' | 'too_large' | 'not_json';

export interface JsonAnswer {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
  /** What the venue says of an error, in its words, shortened. */
  readonly said?: string;
  readonly retryAfterMs?: number;
}

export interface FetchFailure {
  readonly fault: FetchFault;
  readonly words: string;
}

export interface FetchOptions {
  readonly agent: Agent | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** From the call to the last byte. */
  readonly timeoutMs: number;
  /** Unzipped. */
  readonly maxBytes: number;
}

const MAX_SAID = 200;

/** Never rejects. An answer with an error's status is an answer, whatever its body. */
export function fetchJson(url: string, options: FetchOptions): Promise<JsonAnswer | FetchFailure> {
  const { agent, headers, timeoutMs, maxBytes } = options;
  return new Promise((resolve) => {
    const settle = (answer: JsonAnswer | FetchFailure) => {
      clearTimeout(deadline);
      resolve(answer);
      // A whole answer leaves its connection to the next request.
      if ('fault' in answer) request.destroy();
    };
    const deadline = setTimeout(() => settle({ fault: 'timeout', words: 'no answer in time' }), timeoutMs);
    const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, {
      ...(agent && { agent }),
      headers: { accept: 'application/json', 'accept-encoding': 'gzip, deflate, br', ...headers },
    });
    request.on('error', (error) => settle({ fault: 'unreachable', words: networkFault(error) }));
    request.on('response', (response) => {
      readText(response, maxBytes).then(
        (text) => settle(text === undefined ? tooLarge(maxBytes) : judge(response, text)),
        (error: unknown) => settle({ fault: 'unreachable', words: networkFault(error) }),
      );
    });
    request.end();
  });
}

function tooLarge(maxBytes: number): FetchFailure {
  return { fault: 'too_large', words: `the answer is longer than ${maxBytes} bytes` };
}

function judge({ statusCode: status = 0, headers }: IncomingMessage, text: string): JsonAnswer | FetchFailure {
  const json = parse(text);
  if (json === undefined && status === 200) return { fault: 'not_json', words: 'the answer is not JSON' };
  const said = saying(json);
  const seconds = Number(headers['retry-after']);
  return {
    status,
    text,
    json,
    ...(said !== undefined && { said }),
    ...(seconds > 0 && { retryAfterMs: seconds * 1000 }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** OKX has `msg`, Polymarket `error`, others `message`. */
function saying(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { msg, error, message }: { msg?: unknown; error?: unknown; message?: unknown } = json;
  const words = [msg, error, message].find((each) => typeof each === 'string' && each !== '');
  return typeof words === 'string' ? words.slice(0, MAX_SAID) : undefined;
}

/** `undefined`: it is longer than that. */
async function readText(response: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of unzipped(response)) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > maxBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts, bytes).toString('utf8');
}

function unzipped(response: IncomingMessage): Readable {
  const decoder = decoderOf(response.headers['content-encoding']);
  if (!decoder) return response;
  response.on('error', (error) => decoder.destroy(error));
  return response.pipe(decoder);
}

function decoderOf(encoding: string | undefined) {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
