import { Readable, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createTerminal } from './terminal.ts';

/** A stdout that fails with its second line. */
function setUp(code: string) {
  const written: string[] = [];
  const codes: number[] = [];
  const stdout = new Writable({
    decodeStrings: false,
    highWaterMark: 1,
    write(chunk: string, _, done) {
      written.push(chunk);
      setImmediate(() => done(written.length > 1 ? Object.assign(new Error(`write ${code}`), { code }) : null));
    },
  });
  const terminal = createTerminal({
    stdin: Readable.from([]),
    stdout,
    stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
    exit(exitCode) {
      codes.push(exitCode);
      throw new Error('exit');
    },
  });
  return { terminal, written, codes };
}

it('a reader that has had enough ends a command that waits for it, with success and without a word', async () => {
  const { terminal, codes } = setUp('EPIPE');
  terminal.out('one');
  await terminal.drained?.();
  expect(codes).toEqual([]);
  terminal.out('two');
  await expect(terminal.drained?.()).rejects.toThrow('exit');
  expect(codes).toEqual([0]);
});

it('what does not wait goes on without its reader', async () => {
  const { terminal, written, codes } = setUp('EPIPE');
  terminal.out('one');
  terminal.out('two');
  await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
  terminal.out('three');
  expect([written, codes]).toEqual([['one\n', 'two\n'], []]);
});

it('a full disk is told', async () => {
  const { terminal, codes } = setUp('ENOSPC');
  terminal.out('one');
  terminal.out('two');
  await expect(terminal.drained?.()).rejects.toThrow('ENOSPC');
  expect(codes).toEqual([]);
});
