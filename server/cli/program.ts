/** The command line: `griddesk start`, `user`, `backtest`, `sweep`, `data`, `decode`, `record`, `polymarket`. */
import { Command, CommanderError } from 'commander';
import { isSqliteError } from '#server/storage/transaction.ts';
import { addBacktest } from './backtest.ts';
import { addData } from './data.ts';
import { addDecode } from './decode.ts';
import { EXIT_CODES_HELP, ExitCode, exitCodeOf } from './exit-code.ts';
import { packageVersion } from './package-root.ts';
import { addPolymarket } from './polymarket.ts';
import { addRecord } from './record.ts';
import { addStart, type StartPorts } from './start.ts';
import { addSweep } from './sweep.ts';
import { addUser } from './user.ts';

const STORAGE_ADVICE = 'make room, or restore a copy of the database, or choose another --data directory';

/** Runs one command line (without node and script) and gives its exit code; never throws. */
export async function runCli(argv: readonly string[], ports: StartPorts): Promise<number> {
  const { terminal } = ports;
  const program = new Command('griddesk')
    .description('a self-hosted trading desk for grid bots')
    .version(packageVersion())
    .addHelpText('after', EXIT_CODES_HELP)
    .showHelpAfterError('(griddesk --help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  // Subcommands made from here on inherit how errors and help are told.
  addStart(program, ports);
  addUser(program, ports);
  addBacktest(program, ports.terminal);
  addData(program, ports);
  addSweep(program, ports.terminal);
  addDecode(program, ports.terminal);
  addRecord(program, ports);
  addPolymarket(program, ports);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return ExitCode.ok;
  } catch (error) {
    const code = exitCodeOf(error);
    // Commander has told its own already.
    if (!(error instanceof CommanderError)) terminal.err(`griddesk: ${explain(error, code)}`);
    return code;
  }
}

function explain(error: unknown, code: number): string {
  if (!(error instanceof Error)) return String(error);
  if (code === ExitCode.failure) return error.stack ?? error.message;
  return isSqliteError(error) ? `storage: ${error.message}; ${STORAGE_ADVICE}` : error.message;
}
