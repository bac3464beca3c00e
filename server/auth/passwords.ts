/** Passwords as scrypt hashes: `scrypt$<log2 N>$<r>$<p>$<salt>$<hash>`. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { ProtocolError } from '#protocol/errors.ts';

export interface ScryptCost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and about 0.4 s on a small server. */
export const DEFAULT_COST: ScryptCost = { log2N: 17, r: 8, p: 1 };

const HASH_BYTES = 32;
/** Each hash at work takes 128 MiB: few at a time, and a bound on who waits. */
const MAX_AT_WORK = 2;
const MAX_WAITING = 16;

export class Passwords {
  readonly #cost: ScryptCost;
  readonly #waiting: (() => void)[] = [];
  #atWork = 0;
  #decoy: Promise<string> | undefined;

  constructor(cost: ScryptCost = DEFAULT_COST) {
    this.#cost = cost;
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const { log2N, r, p } = this.#cost;
    const hash = await this.#derive(password, salt, this.#cost);
    return ['scrypt', log2N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
  }

  /** `null` for a user that does not exist or has no password: it takes as long and says no. */
  async verify(password: string, stored: string | null): Promise<boolean> {
    this.#decoy ??= this.hash(randomBytes(16).toString('hex'));
    const [, log2N, r, p, salt, hash] = (stored ?? (await this.#decoy)).split('$');
    if (salt === undefined || hash === undefined) return false;
    const cost = { log2N: Number(log2N), r: Number(r), p: Number(p) };
    const derived = await this.#derive(password, Buffer.from(salt, 'base64url'), cost);
    return timingSafeEqual(derived, Buffer.from(hash, 'base64url')) && stored !== null;
  }

  async #derive(password: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
    await this.#turn();
    try {
      return await deriveKey(password.normalize('NFKC'), salt, cost);
    } finally {
      this.#atWork -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#atWork >= MAX_AT_WORK) {
      if (this.#waiting.length >= MAX_WAITING) {
        throw new ProtocolError('RATE_LIMITED', 'too many sign-ins at once', { retry_after_ms: 2_000 });
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#atWork += 1;
  }
}

function deriveKey(password: string, salt: Buffer, { log2N, r, p }: ScryptCost): Promise<Buffer> {
  const N = 2 ** log2N;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
