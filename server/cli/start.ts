/** `griddesk start`. */
import { Option, type Command } from 'commander';
import { loadConfig } from '#server/config/load-config.ts';
import { flagOf, isSecret, SETTING_NAMES, SETTINGS, variableOf, type Setting } from '#server/config/schema.ts';
import { startEngine, type RunningEngine } from './start-engine.ts';
import type { Terminal } from './terminal.ts';

export interface StartPorts {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Resolves when the process is asked to end. */
  readonly untilStopped: () => Promise<void>;
}

/** A settings flag that leaves absent what was not given, so that the variable and the file are heard. */
export function settingOption(setting: Setting): Option {
  const { argument, help, default: fallback } = SETTINGS[setting];
  const empty = fallback === undefined || (Array.isArray(fallback) && fallback.length === 0);
  const shown = empty ? '' : `default ${String(fallback)}, `;
  return new Option(`${flagOf(setting)} ${argument}`, `${help} (${shown}${variableOf(setting)})`);
}

const SECRETS = SETTING_NAMES.filter(isSecret);
const WIDTH = Math.max(...SECRETS.map((setting) => variableOf(setting).length)) + 2;
const SECRETS_HELP = `
Credentials come from the environment or the --config file (the names in small letters, without GRIDDESK_), never from
flags, which others on the machine can read. All three of a venue, or none:
${SECRETS.map((setting) => `  ${variableOf(setting).padEnd(WIDTH)}${SETTINGS[setting].help}`).join('\n')}`;

export function addStart(program: Command, ports: StartPorts): void {
  const command = program.command('start').description('start the engine and its dashboard');
  for (const setting of SETTING_NAMES) if (!isSecret(setting)) command.addOption(settingOption(setting));
  command
    .addHelpText('after', SECRETS_HELP)
    .option(
      '--config <file>',
      'YAML file with the same settings, e.g. "allow_origin: [https://a.example]" (GRIDDESK_CONFIG)',
    )
    .action(async () => {
      const config = loadConfig(sourcesOf(command, ports.env));
      const engine = await startEngine(config, (message) => ports.terminal.err(message));
      announce(engine, config.data, config.market, ports.terminal);
      await ports.untilStopped();
      await engine.stop();
    });
}

/** What the flags of `command`, the environment and the file say. */
export function sourcesOf(command: Command, env: StartPorts['env']) {
  const options = command.opts<Record<string, unknown>>();
  const flags = Object.fromEntries(SETTING_NAMES.map((setting) => [setting, options[camelCase(setting)]]));
  return { flags, env, file: typeof options['config'] === 'string' ? options['config'] : undefined };
}

function camelCase(setting: string): string {
  return setting.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

function announce({ url, signInUrl }: RunningEngine, data: string, market: string, { out }: Terminal): void {
  out(`Griddesk trades on paper on ${market === 'sim' ? 'the simulated exchange (SIM)' : market}; data in ${data}`);
  if (signInUrl !== null) out('No admin has a password yet: this link signs in once. `griddesk user add` makes users.');
  out(`Open ${signInUrl ?? `${url}/`}`);
}
