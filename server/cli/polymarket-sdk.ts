/** Polymarket's own SDK behind a port: only where somebody has installed it, and only what derives credentials. */
import type { Credentials } from '#server/config/credentials.ts';

export interface PolymarketAccount {
  /** Of the CLOB's REST. */
  readonly url: string;
  readonly privateKey: `0x${string}`;
  /** M12: 0 a wallet of one's own, 1 e-mail or Magic, 2 a browser wallet's proxy. */
  readonly signatureType: 0 | 1 | 2;
  readonly funder?: string;
}

export interface PolymarketSdk {
  /** Throws `SdkRefusal` where the venue says no, other errors where it does not answer. */
  deriveApiKey(account: PolymarketAccount): Promise<Credentials>;
}

/** The venue understood, and will not. */
export class SdkRefusal extends Error {
  override readonly name = 'SdkRefusal';
}

/** What we use of `@polymarket/clob-client` 5 and `viem` 2. */
interface ClobClient {
  deriveApiKey(): Promise<unknown>;
  createApiKey(): Promise<unknown>;
}
type ClobClientClass = new (...args: readonly unknown[]) => ClobClient;
interface Signer {
  readonly address: string;
  signTypedData(data: unknown): Promise<string>;
}
type ImportModule = (name: string) => Promise<unknown>;

const POLYGON = 137;
/** It has no key of this wallet yet. */
const NO_KEY_YET: ReadonlySet<unknown> = new Set([400, 404]);

// Named by variables, so that no bundler looks for what need not be there.
const importModule: ImportModule = (name) => import(/* @vite-ignore */ name);

/** `undefined`: it is not installed. */
export async function loadPolymarketSdk(load: ImportModule = importModule): Promise<PolymarketSdk | undefined> {
  try {
    const clob = await load('@polymarket/clob-client');
    const viem = await load('viem/accounts');
    if (!isClob(clob) || !isViem(viem)) throw new Error("this version of Polymarket's SDK is not known here");
    return { deriveApiKey: (account) => derive(clob.ClobClient, viem.privateKeyToAccount, account) };
  } catch (error) {
    if (isFields(error) && error['code'] === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

async function derive(
  Client: ClobClientClass,
  toSigner: (key: string) => Signer,
  { url, privateKey, signatureType, funder }: PolymarketAccount,
): Promise<Credentials> {
  const local = toSigner(privateKey);
  const signer = { account: local, signTypedData: (data: unknown) => local.signTypedData(data) };
  const unused = [undefined, undefined, undefined, undefined, undefined, undefined];
  // Positional: …, signature type, funder, then what we leave out, and last that it throws rather than prints.
  const client = new Client(url, POLYGON, signer, undefined, signatureType, funder, ...unused, true);
  try {
    return toCredentials(await client.deriveApiKey());
  } catch (error) {
    if (!NO_KEY_YET.has(statusOf(error))) throw refusalOr(error);
  }
  try {
    return toCredentials(await client.createApiKey());
  } catch (error) {
    throw refusalOr(error);
  }
}

function toCredentials(answer: unknown): Credentials {
  if (isFields(answer)) {
    const { key, secret, passphrase } = answer;
    if (isText(key) && isText(secret) && isText(passphrase)) return { apiKey: key, secret, passphrase };
  }
  throw new Error('the answer holds no credentials');
}

function refusalOr(error: unknown): unknown {
  const status = statusOf(error);
  const isRefusal = typeof status === 'number' && status >= 400 && status < 500;
  return isRefusal && error instanceof Error ? new SdkRefusal(error.message) : error;
}

function statusOf(error: unknown): unknown {
  return isFields(error) ? error['status'] : undefined;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isClob(module: unknown): module is { readonly ClobClient: ClobClientClass } {
  return isFields(module) && typeof module['ClobClient'] === 'function';
}

function isViem(module: unknown): module is { readonly privateKeyToAccount: (key: string) => Signer } {
  return isFields(module) && typeof module['privateKeyToAccount'] === 'function';
}
