/**
 * `griddesk polymarket derive-keys`: API credentials from a wallet, once, by the venue's own SDK (M12). The private key is
 * asked for unseen or read from stdin, used to sign one message, and neither kept nor shown.
 */
import { Option, type Command } from 'commander';
import { ConfigError, isLoopback, loadConfig } from '#server/config/load-config.ts';
import { variableOf } from '#server/config/schema.ts';
import { InputError, NetworkError } from './errors.ts';
import { packageRoot } from './package-root.ts';
import { loadPolymarketSdk, SdkRefusal, type PolymarketSdk } from './polymarket-sdk.ts';
import { settingOption, sourcesOf, type StartPorts } from './start.ts';
import { readPassword, type Terminal } from './terminal.ts';

export interface PolymarketCliPorts extends Pick<StartPorts, 'terminal' | 'env'> {
  /** `undefined`: it is not installed. */
  readonly loadSdk?: () => Promise<PolymarketSdk | undefined>;
}

const PRIVATE_KEY = /^(0x)?[\da-f]{64}$/i;
const ADDRESS = /^0x[\da-f]{40}$/i;
const PACKAGES = '@polymarket/clob-client@5 viem@2';

const HELP = `
The private key is asked for, or read as the first line of stdin; never give it as an argument.
Signature types:
  0  a wallet of your own (EOA), whose key this is
  1  an account made by e-mail or Magic: --funder is its address on polymarket.com
  2  a browser wallet's account at Polymarket: --funder is its address on polymarket.com

Needs Polymarket's own SDK, which is not part of Griddesk (110 MB). To install it, in ${packageRoot()}:
  npm install --no-save ${PACKAGES}`;

export function addPolymarket(program: Command, ports: PolymarketCliPorts): void {
  program
    .command('polymarket')
    .description('what belongs to a Polymarket account')
    .command('derive-keys')
    .description('derive the API credentials of a wallet and print them as environment lines')
    .addOption(new Option('--signature-type <type>', 'how the account signs').choices(['0', '1', '2']).default('0'))
    .option('--funder <address>', 'where the money of a type 1 or 2 account is, 0x…')
    .addOption(settingOption('polymarket_clob_url'))
    .option('--config <file>', 'YAML file with the settings (GRIDDESK_CONFIG)')
    .addHelpText('after', HELP)
    .action(async (options: { signatureType: string; funder?: string }, command: Command) => {
      const { polymarket_clob_url: url } = loadConfig(sourcesOf(command, ports.env));
      await deriveKeys({ url, ...options }, ports);
    });
}

interface DeriveOptions {
  readonly url: string;
  readonly signatureType: string;
  readonly funder?: string;
}

async function deriveKeys({ url, signatureType, funder }: DeriveOptions, ports: PolymarketCliPorts): Promise<void> {
  const type = signatureType === '1' ? 1 : signatureType === '2' ? 2 : 0;
  if (type === 0 && funder !== undefined) throw new ConfigError('--funder: only with --signature-type 1 or 2');
  if (type !== 0 && funder === undefined) throw new ConfigError(`--signature-type ${type} needs --funder 0x…`);
  if (funder !== undefined && !ADDRESS.test(funder)) {
    throw new ConfigError('--funder: expected an address, 0x and 40 hexadecimal digits');
  }
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && !isLoopback(hostname)) {
    throw new ConfigError('--polymarket-clob-url: credentials come over https:// only, or from this machine');
  }
  // Before somebody types a key in vain.
  const sdk = await (ports.loadSdk ?? loadPolymarketSdk)();
  if (!sdk) {
    throw new ConfigError(
      `Polymarket's SDK is not installed; run this and try again:\n  cd ${packageRoot()} && npm install --no-save ${PACKAGES}`,
    );
  }
  const key = (await readPassword(ports.terminal, 'Private key of the wallet: ')).trim();
  if (!PRIVATE_KEY.test(key)) throw new InputError('a private key is 64 hexadecimal digits, with or without 0x');
  const privateKey: `0x${string}` = `0x${key.replace(/^0x/i, '')}`;
  const account = { url, privateKey, signatureType: type, ...(funder !== undefined && { funder }) } as const;
  try {
    tell(await sdk.deriveApiKey(account), ports.terminal);
  } catch (error) {
    const words = (error instanceof Error ? error.message : String(error)).replaceAll(new RegExp(key, 'gi'), '…');
    if (error instanceof SdkRefusal) throw new ConfigError(`Polymarket refused: ${words}`);
    throw new NetworkError(`no credentials from ${url}: ${words}`);
  }
}

function tell(made: Awaited<ReturnType<PolymarketSdk['deriveApiKey']>>, { out, err }: Terminal): void {
  err('Put these into the environment of `griddesk start`; who has them can trade in your name.');
  out(`${variableOf('polymarket_api_key')}=${made.apiKey}`);
  out(`${variableOf('polymarket_api_secret')}=${made.secret}`);
  out(`${variableOf('polymarket_api_passphrase')}=${made.passphrase}`);
}
