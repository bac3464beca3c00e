/** The entry of the command line. */
import { runCli } from './cli/program.ts';
import { processTerminal } from './cli/terminal.ts';
import { untilStopped } from './cli/until-stopped.ts';

process.exitCode = await runCli(process.argv.slice(2), { terminal: processTerminal, env: process.env, untilStopped });
