/** `griddesk user add|list|remove`: on the database itself, whether the engine runs or not. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { commands } from '#protocol/commands.ts';
import { AuthService } from '#server/auth/auth-service.ts';
import { ConfigError, loadConfig } from '#server/config/load-config.ts';
import { describeIssues, fieldIssues } from '#server/gateway/validation.ts';
import { systemTimers } from '#server/host/system-timers.ts';
import { openDatabase } from '#server/storage/database.ts';
import { settingOption, sourcesOf, type StartPorts } from './start.ts';
import { readPassword, type Terminal } from './terminal.ts';

type UserPorts = Omit<StartPorts, 'untilStopped'>;

export function addUser(program: Command, { terminal, env }: UserPorts): void {
  const user = program.command('user').description('who may sign in');

  subcommand('add <name>', 'add a user; the password is asked for, or read from stdin')
    .option('--role <role>', 'viewer, trader or admin', 'trader')
    .action(async (name: string, { role }: { role: string }, command: Command) => {
      await withAuth(command, env, (auth) => add(auth, name, role, terminal));
    });

  subcommand('list', 'list the users').action(async (_options: unknown, command: Command) => {
    await withAuth(command, env, async (auth) => {
      for (const { name, role, password } of auth.users.list()) {
        terminal.out([name, role, password === null ? 'no password' : 'password'].join('\t'));
      }
    });
  });

  subcommand('remove <name>', 'remove a user and end their sessions').action(
    async (name: string, _options: unknown, command: Command) => {
      await withAuth(command, env, async (auth) => {
        if (!auth.users.remove(name)) throw new ConfigError(`there is no user ${name}`);
        terminal.out(`removed ${name}`);
      });
    },
  );

  function subcommand(usage: string, help: string): Command {
    return user
      .command(usage)
      .description(help)
      .addOption(settingOption('data'))
      .option('--config <file>', 'YAML file with the settings (GRIDDESK_CONFIG)');
  }
}

async function add(auth: AuthService, name: string, role: string, terminal: Terminal): Promise<void> {
  if (auth.users.get(name)) throw new ConfigError(`there is a user ${name} already`);
  const password = await readPassword(terminal, `Password of ${name}: `);
  if (terminal.stdin.isTTY && (await readPassword(terminal, 'Once more: ')) !== password) {
    throw new ConfigError('the passwords differ');
  }
  const parsed = commands['user.add'].params.safeParse({ name, role, password });
  if (!parsed.success) throw new ConfigError(describeIssues(fieldIssues(parsed.error)));
  const hash = await auth.passwords.hash(parsed.data.password);
  const record = { name, role: parsed.data.role, password: hash, created_at: systemTimers.now() };
  if (!auth.users.add(record)) throw new ConfigError(`there is a user ${name} already`);
  terminal.out(`added ${name} (${parsed.data.role})`);
}

async function withAuth(
  command: Command,
  env: UserPorts['env'],
  work: (auth: AuthService) => Promise<void>,
): Promise<void> {
  const { data } = loadConfig(sourcesOf(command, env));
  const db = openDatabase(join(data, 'griddesk.db'));
  try {
    await work(new AuthService({ db, clock: systemTimers }));
  } finally {
    db.close();
  }
}
