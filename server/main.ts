/** The entry of the command line. */
import { runCli } from './cli/program.ts';
import { createTerminal } from './cli/terminal.ts';
import { untilStopped } from './cli/until-stopped.ts';

const terminal = createTerminal(process);
process.exitCode = await runCli(process.argv.slice(2), { terminal, env: process.env, untilStopped });
