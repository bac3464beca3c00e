/** What a command reads from and writes to; tests put their own in its place. */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ExitCode } from './exit-code.ts';

export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  out(line: string): void;
  /** Waits until `out` has room again: a slow reader must not fill the memory. */
  drained?(): Promise<void>;
  err(line: string): void;
  /** Writes over what it wrote before, on stderr; not there unless that is a terminal. */
  status?(line: string): void;
  /** Whether a person reads `out`. */
  readonly isOutTerminal?: boolean;
}

/** What a terminal stands on: `process`. */
export interface TerminalStreams {
  readonly stdin: Terminal['stdin'];
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  exit(code: number): never;
}

/**
 * An engine goes on when nobody reads its words any more (`| head`); a command that waits for its reader has done what it
 * was asked for.
 */
export function createTerminal({ stdin, stdout, stderr, exit }: TerminalStreams): Terminal {
  let fault: (Error & { readonly code?: string }) | undefined;
  stdout.on('error', (error) => (fault ??= error));
  stderr.on('error', () => undefined);
  return {
    stdin,
    out: (line) => {
      if (!fault) stdout.write(`${line}\n`);
    },
    drained: async () => {
      // It is kept as the fault.
      if (!fault && stdout.writableNeedDrain) await once(stdout, 'drain').catch(() => undefined);
      if (fault?.code === 'EPIPE') exit(ExitCode.ok);
      if (fault) throw fault;
    },
    err: (line) => void stderr.write(`${line}\n`),
    ...(stderr.isTTY === true && {
      status: (line) => void stderr.write(`\r${line.slice(0, (stderr.columns ?? 80) - 1)}\u001b[K`),
    }),
    isOutTerminal: stdout.isTTY === true,
  };
}

/** A password typed unseen, or the first line of a pipe; never an argument, which others on the machine can read. */
export async function readPassword(terminal: Terminal, prompt: string): Promise<string> {
  const { stdin } = terminal;
  if (!stdin.isTTY) return firstLine(stdin);
  process.stderr.write(prompt);
  stdin.setRawMode?.(true);
  try {
    return await typedLine(stdin);
  } finally {
    stdin.setRawMode?.(false);
    process.stderr.write('\n');
  }
}

async function firstLine(stdin: Readable): Promise<string> {
  const lines = createInterface({ input: stdin });
  for await (const line of lines) return line;
  return '';
}

const ENTER = new Set(['\r', '\n', '\u0004']);
const INTERRUPT = '\u0003';
const ERASE = new Set(['\u007f', '\b']);

function typedLine(stdin: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const finish = (settle: () => void) => {
      stdin.off('data', onData);
      stdin.pause();
      settle();
    };
    const onData = (chunk: Buffer) => {
      for (const key of chunk.toString('utf8')) {
        if (ENTER.has(key)) return finish(() => resolve(typed));
        if (key === INTERRUPT) return finish(() => reject(new Error('interrupted')));
        typed = ERASE.has(key) ? [...typed].slice(0, -1).join('') : typed + key;
      }
    };
    stdin.on('data', onData);
    stdin.resume();
  });
}
