/** G18 for strategies: a process, a file, SIGKILL. Seeded; `KILL_SEED=n` repeats a run's choices. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { seededRandom } from '#domain/random.ts';
import { openDatabase } from '#server/storage/database.ts';
import { Journal } from '#server/storage/journal.ts';

const KILLS = 15;
const MINUTES = 400;
const PACE = 400;

const root = fileURLToPath(new URL('../..', import.meta.url));
const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);

let folder: string;
let program: string;

beforeAll(async () => {
  // Inside the package, so that the bundle finds its packages.
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'griddesk-strategy-kill-'));
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: { ssr: 'server/host/testing/strategy-kill-child.ts', outDir: folder, emptyOutDir: false, target: 'node20' },
  });
  program = join(folder, 'strategy-kill-child.js');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the child said, until its end or until SIGKILL some milliseconds after its `nth` line. */
async function live(file: string, pace: number, kill?: { readonly nth: number; readonly afterMs: number }) {
  const child = spawn(process.execPath, [program, file, String(seed), String(MINUTES), String(pace)]);
  const lines: string[] = [];
  let stderr = '';
  let timer: NodeJS.Timeout | undefined;
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    if (kill && lines.length === kill.nth) timer = setTimeout(() => child.kill('SIGKILL'), kill.afterMs);
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  // `close`, not `exit`: lines still in the pipe were told to the world too.
  const [[code, signal]] = await Promise.all([once(child, 'close'), once(reader, 'close')]);
  clearTimeout(timer);
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the child ended with ${String(code ?? signal)}: ${stderr}`);
  return lines;
}

/** Everything that must be the same, read from a stopped engine's file. */
function remains(file: string) {
  const db = openDatabase(file);
  try {
    const [snapshot] = new Journal(db).snapshots();
    return {
      state: snapshot && 'state' in snapshot ? snapshot.state : 'no snapshot',
      signals: db.prepare('SELECT * FROM strategy_signals ORDER BY ts, strategy_id, number').all(),
      fills: db.prepare('SELECT * FROM strategy_fills ORDER BY ts, strategy_id, number').all(),
      responses: db.prepare('SELECT user, id, digest, response FROM responses ORDER BY id').all(),
      log: db.prepare("SELECT ts, level, message FROM logs WHERE source LIKE 'strategy.%' ORDER BY id").all(),
    };
  } finally {
    db.close();
  }
}

describe('kill -9', () => {
  it(`G18, G19: after ${KILLS} SIGKILLs every strategy is where one never killed is, nothing doubled, nothing lost`, async () => {
    console.log(`KILL_SEED=${seed}`);
    const random = seededRandom(seed);
    const file = join(folder, 'killed.db');
    const told = new Set<string>();
    const answers = new Map<string, string>();
    let kills = 0;
    const note = (lines: readonly string[]) => {
      for (const line of lines) {
        const [word, name = ''] = line.split(' ');
        if (word === 'told') {
          expect(told, `told twice: ${line}`).not.toContain(line);
          told.add(line);
        } else if (word === 'answer') {
          expect(answers.get(name) ?? line, `${name} was answered differently`).toBe(line);
          answers.set(name, line);
        }
      }
      if (lines.at(-1) !== 'done') kills += 1;
    };
    for (let kill = 0; kill < KILLS; kill += 1) {
      note(
        await live(file, PACE, { nth: 1 + Math.floor(random() * (12 + kill * 4)), afterMs: Math.floor(random() * 40) }),
      );
    }
    note(await live(file, 1e9));
    const twin = join(folder, 'twin.db');
    await live(twin, 1e9);
    const left = remains(file);
    expect(left).toEqual(remains(twin));
    console.log({ kills, signals: left.signals.length, fills: left.fills.length, responses: left.responses.length });
    expect(kills).toBeGreaterThan(5);
    expect(left.fills.length).toBeGreaterThan(50);
  }, 120_000);
});
