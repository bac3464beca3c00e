/** Public data of one venue over REST: paced as the venue asks for, retried where that can help, bounded. */
import type { Timers } from '#domain/clock.ts';
import type { Random } from '#domain/random.ts';
import { fetchJson, type FetchFailure, type FetchFault, type JsonAnswer } from './fetch-json.ts';
import { STRAIGHT, type Egress } from './proxy.ts';
import type { PaceLimit, RequestPace } from './request-pace.ts';

export type VenueRestFault = FetchFault | 'busy' | 'refused';

/** Why a venue did not answer; the message says which venue, where, and what happened. */
export class VenueRestError extends Error {
  override readonly name = 'VenueRestError';
  readonly fault: VenueRestFault;

  constructor(fault: VenueRestFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

export interface RestClientOptions {
  /** For people: `OKX`. */
  readonly venue: string;
  /** Without a trailing slash. */
  readonly base: string;
  readonly timers: Timers;
  readonly random: Random;
  /** Shared by every client of the same host, demo or not. */
  readonly pace: RequestPace;
  readonly egress?: Egress;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

export interface GetOptions {
  /** How often to try again; 2 if not given. */
  readonly retries?: number;
  /** With so many in line before it, it is refused as `busy`; if not given, where the line is full. */
  readonly mostWaiting?: number;
}

const TIMEOUT_MS = 8_000;
const MAX_BYTES = 16 * 1024 * 1024;
const RETRIES = 2;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** O15: the strictest of the limits of what we ask for, over all of it. */
export const OKX_PACE: PaceLimit = { requests: 20, perMs: 2_000, maxWaiting: 200 };
/** Far under what the venue documents a host (100 requests in 10 s at the least). */
export const POLYMARKET_PACE: PaceLimit = { requests: 50, perMs: 10_000, maxWaiting: 100 };

export class RestClient {
  readonly #o: RestClientOptions;
  readonly #host: string;

  constructor(options: RestClientOptions) {
    this.#o = options;
    this.#host = `${new URL(options.base).host}${(options.egress ?? STRAIGHT).words}`;
  }

  /** The answer to `GET base + address`, checked to be JSON; `address` is `/path?query`. Throws `VenueRestError`. */
  async get(address: string, { retries = RETRIES, mostWaiting }: GetOptions = {}): Promise<JsonAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      if (!(await this.#o.pace.take(mostWaiting))) throw this.#error('busy', 'too many requests wait for it');
      const answer = await this.#once(address);
      if ('json' in answer && answer.status === 200) return answer;
      const [error, retryable] = this.#judge(answer);
      if (!retryable || attempt >= retries) throw error;
      await this.#wait(attempt, 'json' in answer ? answer.retryAfterMs : undefined);
    }
  }

  #once(address: string) {
    const { base, egress = STRAIGHT, headers = {}, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = this.#o;
    return fetchJson(base + address, { agent: egress.agent, headers, timeoutMs, maxBytes });
  }

  #judge(answer: JsonAnswer | FetchFailure): readonly [VenueRestError, boolean] {
    if ('fault' in answer) {
      const { fault, words } = answer;
      return [this.#error(fault, words), fault === 'unreachable' || fault === 'timeout'];
    }
    const { status, said } = answer;
    const words = `HTTP ${status}${said === undefined ? '' : `, ${said}`}`;
    return [this.#error('refused', words), status === 429 || status >= 500];
  }

  #error(fault: VenueRestFault, words: string): VenueRestError {
    return new VenueRestError(fault, `${this.#o.venue} does not answer at ${this.#host}: ${words}`);
  }

  #wait(attempt: number, asked: number | undefined): Promise<void> {
    const { timers, random } = this.#o;
    const backOff = FIRST_WAIT_MS * 2 ** attempt * (0.5 + random() / 2);
    const wait = Math.min(LONGEST_WAIT_MS, Math.max(asked ?? 0, backOff));
    return new Promise((resolve) => timers.after(wait, resolve));
  }
}
