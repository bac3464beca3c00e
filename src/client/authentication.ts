/** Z6, Z8: gets each connection authenticated with a good token, and keeps it so before the token runs out. */
import type { Timers } from '#domain/clock.ts';
import { AUTH_DEADLINE_MS, RECONNECT_MIN_MS, TOKEN_REFRESH_AT } from '#protocol/limits.ts';
import type { ServerFrameOf } from '#protocol/envelope.ts';
import type { Token, TokenAnswer } from './options.ts';

const RENEW_RETRY_MS = 5_000;

export interface AuthenticationPorts {
  readonly timers: Timers;
  readonly getToken: () => TokenAnswer | Promise<TokenAnswer>;
  /** Z8: asks the engine for the next token, where it offers that. */
  readonly refresh: () => Promise<Token> | undefined;
  readonly send: (token: string) => void;
  /** The token has left for the server; what follows it is processed after it. */
  readonly sent: () => void;
  readonly signedOut: (reason: string) => void;
  /** The server took the token and does not say what it thinks of it. */
  readonly unanswered: () => void;
}

export class Authentication {
  readonly #ports: AuthenticationPorts;
  #token: Token | undefined;
  /** The token came for this connection, so that asking for another one would not help. */
  #isFresh = false;
  #connection: 'closed' | 'open' | 'asked' | 'authenticated' = 'closed';
  /** Which request for a token counts; an older one's answer comes too late. */
  #request = 0;
  #fetching = false;
  #signedOut: string | undefined;
  #needed: boolean | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(ports: AuthenticationPorts) {
    this.#ports = ports;
  }

  get token(): string | undefined {
    return this.#token?.token;
  }

  /** The token has been sent on this connection. */
  get wasAsked(): boolean {
    return this.#connection === 'asked' || this.#connection === 'authenticated';
  }

  /** There is no token to send. */
  get isSignedOut(): boolean {
    return this.#signedOut !== undefined;
  }

  /** Gets a token ready while the socket opens. */
  prepare(): Promise<void> {
    this.#isFresh = false;
    if (this.#token && this.#token.expiresAt > this.#ports.timers.now()) return Promise.resolve();
    return this.#fetch();
  }

  /** The connection is open; with `inUrl` it brought the token along. */
  opened(inUrl: boolean): void {
    this.#connection = 'open';
    if (inUrl) this.#asked();
    else this.#offer();
  }

  /** Whether the engine wants a token at all; known from `connected` at the latest. */
  needed(isNeeded: boolean): void {
    this.#needed = isNeeded;
    if (!isNeeded) this.#cancelTimer?.();
    else if (this.#signedOut !== undefined) this.#ports.signedOut(this.#signedOut);
  }

  /** The engine does not know of the token in the URL. */
  offerAgain(): void {
    if (this.#connection === 'asked') this.#offer();
  }

  succeeded(frame: ServerFrameOf<'auth_result'>): void {
    this.#connection = 'authenticated';
    this.#cancelTimer?.();
    const { expires_at: expiresAt = this.#token?.expiresAt } = frame.data ?? {};
    if (!this.#token || expiresAt === undefined) return;
    // By the server's clock, where it told it: ours may be off by more than a token lives.
    const now = this.#ports.timers.now();
    const lifetime = expiresAt - (frame.data?.expires_at === undefined ? now : (frame.timestamp ?? now));
    this.#token = { token: this.#token.token, expiresAt: now + lifetime };
    if (lifetime > 0)
      this.#cancelTimer = this.#ports.timers.after(lifetime * TOKEN_REFRESH_AT, () => void this.#renew());
  }

  /** A refused token: once more with a fresh one, unless this one was fresh. */
  failed(reason: string): void {
    if (this.#needed === false) return;
    this.#cancelTimer?.();
    this.#token = undefined;
    if (this.#isFresh) return this.#ports.signedOut(reason);
    this.#connection = 'open';
    void this.#fetch();
  }

  lost(): void {
    this.#connection = 'closed';
    this.#needed = undefined;
    this.#request += 1;
    this.#fetching = false;
    this.#cancelTimer?.();
  }

  /** Signing out or in as another: the next connection asks for a token. */
  forget(): void {
    this.lost();
    this.#token = undefined;
    this.#signedOut = undefined;
  }

  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    const request = ++this.#request;
    let answer: TokenAnswer | undefined;
    try {
      answer = await this.#ports.getToken();
    } catch {
      answer = undefined;
    }
    if (request !== this.#request) return;
    this.#fetching = false;
    if (!answer) {
      // Not a refusal: whoever issues tokens is out of reach for now, as the engine may be.
      this.#cancelTimer = this.#ports.timers.after(RECONNECT_MIN_MS, () => void this.#fetch());
    } else if ('signedOut' in answer) {
      this.#signedOut = answer.signedOut;
      // An engine without sign-in serves nobody, too; it says so in `connected`.
      if (this.#needed === true) this.#ports.signedOut(answer.signedOut);
    } else {
      this.#signedOut = undefined;
      this.#token = answer;
      this.#isFresh = true;
      if (this.#connection === 'open') this.#offer();
    }
  }

  #offer(): void {
    if (!this.#token) return;
    this.#ports.send(this.#token.token);
    this.#asked();
  }

  #asked(): void {
    this.#connection = 'asked';
    this.#cancelTimer?.();
    this.#cancelTimer = this.#ports.timers.after(AUTH_DEADLINE_MS, this.#ports.unanswered);
    this.#ports.sent();
  }

  /** Z8: a new token in a new `auth` frame on the same connection. */
  async #renew(): Promise<void> {
    const request = ++this.#request;
    let next: TokenAnswer | undefined;
    try {
      next = await this.#ports.refresh();
    } catch {
      next = undefined;
    }
    try {
      if (request === this.#request) next ??= await this.#ports.getToken();
    } catch {
      next = undefined;
    }
    if (request !== this.#request) return;
    if (!next) {
      this.#cancelTimer = this.#ports.timers.after(RENEW_RETRY_MS, () => void this.#renew());
    } else if ('token' in next) {
      this.#token = next;
      this.#isFresh = false;
      this.#ports.send(next.token);
    }
    // Signed out meanwhile: the token at hand is good to its end, then the server says so (4401).
  }
}
