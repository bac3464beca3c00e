/** What a command reads from and writes to; tests put their own in its place. */
import type { Readable } from 'node:stream';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  out(line: string): void;
  /** Waits until `out` has room again: a slow reader must not fill the memory. */
  drained?(): Promise<void>;
  err(line: string): void;
}

export const processTerminal: Terminal = {
  stdin: process.stdin,
  out: (line) => void process.stdout.write(`${line}\n`),
  drained: async () => {
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
  },
  err: (line) => void process.stderr.write(`${line}\n`),
};

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
