/** The credentials of venue accounts: all three parts or none, and only over ways on which nobody reads along. */
import { flagOf, variableOf, type Config, type Setting } from './schema.ts';

export interface Credentials {
  readonly apiKey: string;
  readonly secret: string;
  readonly passphrase: string;
}

type Venue = 'okx' | 'polymarket';

export function okxCredentials(config: Config): Credentials | undefined {
  return complete(config.okx_api_key, config.okx_api_secret, config.okx_api_passphrase);
}

export function polymarketCredentials(config: Config): Credentials | undefined {
  return complete(config.polymarket_api_key, config.polymarket_api_secret, config.polymarket_api_passphrase);
}

/** What is wrong with them, in words without any of their values. */
export function credentialMistakes(config: Config, isLoopback: (host: string) => boolean): string[] {
  return [
    ...missingParts(config, 'okx'),
    ...missingParts(config, 'polymarket'),
    ...(okxCredentials(config) ? readableWay('okx_url', config.okx_url, isLoopback) : []),
    ...(polymarketCredentials(config) ? readableWay('polymarket_url', config.polymarket_url, isLoopback) : []),
  ];
}

function complete(apiKey?: string, secret?: string, passphrase?: string): Credentials | undefined {
  if (apiKey === undefined || secret === undefined || passphrase === undefined) return undefined;
  return { apiKey, secret, passphrase };
}

function missingParts(config: Config, venue: Venue): string[] {
  const parts = [`${venue}_api_key`, `${venue}_api_secret`, `${venue}_api_passphrase`] as const satisfies Setting[];
  const missing = parts.filter((part) => config[part] === undefined);
  if (missing.length === 0 || missing.length === parts.length) return [];
  return [`the ${venue} credentials are incomplete: ${missing.map(variableOf).join(' and ')} missing`];
}

function readableWay(setting: Setting, url: string | undefined, isLoopback: (host: string) => boolean): string[] {
  if (url === undefined || url.startsWith('wss:') || isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, '')))
    return [];
  return [`${flagOf(setting)}: credentials go over wss:// only, or to this machine`];
}
