/** The configuration of one start: flag before variable before file before default. Every mistake is named at once. */
import { readFileSync } from 'node:fs';
import { parse, YAMLError } from 'yaml';
import * as z from 'zod/mini';
import { fieldIssues } from '#server/gateway/validation.ts';
import { nearest } from './nearest.ts';
import { credentialMistakes } from './credentials.ts';
import {
  flagOf,
  isSecret,
  isSetting,
  SETTING_NAMES,
  SETTINGS,
  variableOf,
  type Config,
  type Setting,
} from './schema.ts';

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface ConfigSources {
  /** By setting; absent where the flag was not given. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--config`; else `GRIDDESK_CONFIG`. */
  readonly file?: string | undefined;
}

interface Given {
  readonly value: unknown;
  /** How the user calls it: `--port`, `GRIDDESK_PORT`, `port in desk.yaml`. */
  readonly name: string;
}

const CONFIG_VARIABLE = 'GRIDDESK_CONFIG';
/** Between the development scripts; no settings. */
const DEV_PREFIX = 'GRIDDESK_DEV_';
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

export function loadConfig(sources: ConfigSources): Config {
  const mistakes: string[] = [];
  const file = sources.file ?? sources.env[CONFIG_VARIABLE];
  const given: Map<Setting, Given> = new Map([
    ...(file === undefined ? [] : fromFile(file, mistakes)),
    ...fromEnv(sources.env, mistakes),
    ...fromFlags(sources.flags),
  ]);
  const values = SETTING_NAMES.map((setting) => [setting, read(setting, given.get(setting), mistakes)]);
  if (mistakes.length > 0) throw new ConfigError(mistakes.join('\n'));
  // Each value passed the schema of its own key.
  const config = Object.fromEntries(values) as Config;
  const ofCredentials = credentialMistakes(config, isLoopback);
  if (ofCredentials.length > 0) throw new ConfigError(ofCredentials.join('\n'));
  if (config.auth === 'off' && !isLoopback(config.host)) {
    const how = given.get('auth')?.name ?? flagOf('auth');
    throw new ConfigError(`${how}: off is for a loopback address; ${config.host} can be reached from outside`);
  }
  return config;
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

function read(setting: Setting, given: Given | undefined, mistakes: string[]): unknown {
  const { schema, default: fallback } = SETTINGS[setting];
  if (!given) return fallback;
  const parsed = z.safeParse<z.ZodMiniType>(schema, given.value);
  if (parsed.success) return parsed.data;
  for (const { path, message } of fieldIssues(parsed.error)) {
    const got = isSecret(setting) ? '' : `, got ${shown(given.value)}`;
    mistakes.push(`${given.name}${path ? ` [${path}]` : ''}: ${message}${got}`);
  }
  return undefined;
}

/** An address without the user and the password in it. */
function shown(value: unknown): string {
  return JSON.stringify(value).replace(/"([a-z][a-z\d+.-]*:\/\/)?[^"]*@/gi, '"$1…@');
}

function fromFlags(flags: ConfigSources['flags']): [Setting, Given][] {
  return SETTING_NAMES.flatMap((setting): [Setting, Given][] =>
    flags[setting] === undefined || isSecret(setting)
      ? []
      : [[setting, { value: flags[setting], name: flagOf(setting) }]],
  );
}

function fromEnv(env: ConfigSources['env'], mistakes: string[]): [Setting, Given][] {
  const known = [CONFIG_VARIABLE, ...SETTING_NAMES.map(variableOf)];
  return Object.entries(env).flatMap(([name, value]): [Setting, Given][] => {
    if (!name.startsWith('GRIDDESK_') || name.startsWith(DEV_PREFIX) || name === CONFIG_VARIABLE) return [];
    if (value === undefined) return [];
    const setting = SETTING_NAMES.find((candidate) => variableOf(candidate) === name);
    if (setting) return [[setting, { value, name }]];
    mistakes.push(`${name}: unknown variable${suggestion(name, known)}`);
    return [];
  });
}

function fromFile(file: string, mistakes: string[]): [Setting, Given][] {
  const content = readYaml(file);
  if (content === null || content === undefined) return [];
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new ConfigError(`${file}: expected keys and values, e.g. "port: 8080"`);
  }
  return Object.entries(content).flatMap(([key, value]: [string, unknown]): [Setting, Given][] => {
    if (isSetting(key)) return [[key, { value, name: `${key} in ${file}` }]];
    mistakes.push(`${key} in ${file}: unknown key${suggestion(key, SETTING_NAMES)}`);
    return [];
  });
}

function readYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    // Its warnings quote the file.
    return parse(text, { logLevel: 'error' }) as unknown;
  } catch (error) {
    throw new ConfigError(`${file} is not YAML: ${whatAndWhere(error)}`);
  }
}

/** Not the parser's own words: they quote the file, which may hold secrets. */
function whatAndWhere(error: unknown): string {
  if (!(error instanceof YAMLError)) return 'an alias (*name) without its anchor; put quotes around text with a *';
  const [at] = error.linePos ?? [];
  const what = error.code.toLowerCase().replaceAll('_', ' ');
  return at ? `${what} at line ${at.line}, column ${at.col}` : what;
}

function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean ${near}?`;
}
