/** G18 against the real thing: a process, a file, SIGKILL. Seeded; `KILL_SEED=n` repeats a run's choices. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom, type Random } from '#domain/random.ts';
import { openDatabase } from '#server/storage/database.ts';
import { Journal } from '#server/storage/journal.ts';
import { bundle, type Bundle } from '#server/testing/bundle.ts';
import { indexOf } from './testing/feed-of-numbers.ts';
import { lastEventTime } from './testing/last-event-time.ts';

const KILLS = 50;
/** Events a second, as far as machine and disk let it. */
const PACE = 5_000;

const seed = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);

let bundled: Bundle;
let folder: string;
let program: string;

beforeAll(async () => {
  bundled = await bundle('server/host/testing/kill-child.ts');
  ({ folder } = bundled);
  [program = ''] = bundled.files;
}, 60_000);
afterAll(() => bundled.remove());

interface Life {
  readonly lines: readonly string[];
  /** How long it worked on new events. */
  readonly ms: number;
}

interface Kill {
  /** From the child's start, from its `ready` line, or from one of the requests it sends after that. */
  readonly from: 'start' | 'ready' | 'sent';
  readonly nth: number;
  readonly afterMs: number;
}

/** Runs the child to its end, or until it gets SIGKILL. */
function live(file: string, events: number, kill?: Kill): Promise<Life> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, file, String(seed), String(events), String(PACE)]);
    const lines: string[] = [];
    let stderr = '';
    let readyAt: number | undefined;
    let killedAt: number | undefined;
    let left = kill?.nth ?? 0;
    let timer: NodeJS.Timeout | undefined;
    const strike = () => {
      killedAt = performance.now();
      child.kill('SIGKILL');
    };
    const reached = (from: Kill['from']) => {
      if (kill?.from !== from || --left !== 0) return;
      if (kill.afterMs === 0) strike();
      else timer = setTimeout(strike, kill.afterMs);
    };
    reached('start');
    const reader = createInterface({ input: child.stdout });
    reader.on('line', (line) => {
      lines.push(line);
      if (line.startsWith('ready')) {
        readyAt = performance.now();
        reached('ready');
      } else if (line.startsWith('sent') && readyAt !== undefined) {
        reached('sent');
      }
    });
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    // `close`, not `exit`: lines still in the pipe were told to the world too.
    const ended = once(child, 'close');
    const read = once(reader, 'close');
    void Promise.all([ended, read]).then(([[code, signal]]) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL' || code === 0)
        resolve({ lines, ms: readyAt === undefined ? 0 : (killedAt ?? performance.now()) - readyAt });
      else reject(new Error(`the child ended with ${code ?? signal}: ${stderr}`));
    });
  });
}

/** In recovery, in the middle of the feed, and right between a request and its answer. */
function chooseKill(random: Random): Kill {
  const kind = random();
  if (kind < 0.15) return { from: 'start', nth: 1, afterMs: 1 + Math.floor(random() * 250) };
  if (kind < 0.25) return { from: 'ready', nth: 1, afterMs: Math.floor(random() * 10) };
  return { from: 'sent', nth: 1 + Math.floor(random() * 12), afterMs: Math.floor(random() * 4) };
}

/** Everything that must be the same, read from a stopped engine's file. */
function remains(file: string) {
  const db = openDatabase(file);
  try {
    const [snapshot] = new Journal(db).snapshots();
    return {
      state: snapshot && 'state' in snapshot ? snapshot.state : 'no snapshot',
      orders: db.prepare('SELECT * FROM orders ORDER BY order_id').all(),
      fills: db.prepare('SELECT grid_id, trade_id, ts, fill FROM fills ORDER BY id').all() as StoredFill[],
      responses: db.prepare('SELECT user, id, digest, response FROM responses ORDER BY id').all() as StoredAnswer[],
      killSwitch: db.prepare('SELECT ts, entry FROM kill_switch ORDER BY id').all(),
      log: db.prepare("SELECT ts, level, message FROM logs WHERE source LIKE 'grid.%' ORDER BY id").all(),
    };
  } finally {
    db.close();
  }
}
interface StoredFill {
  readonly grid_id: string;
  readonly trade_id: string;
}
interface StoredAnswer {
  readonly id: string;
  readonly response: string;
}

function reachedIn(file: string): number {
  const db = openDatabase(file);
  try {
    return indexOf(lastEventTime(db) ?? 0);
  } finally {
    db.close();
  }
}

const told = (lines: readonly string[], word: string) =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

describe('kill -9', () => {
  it(`G18, Z13: ${KILLS} SIGKILLs under load lose nothing and double nothing`, async () => {
    console.log(`KILL_SEED=${seed}`);
    const random = seededRandom(seed);
    const file = join(folder, 'killed.db');
    const fills = new Set<string>();
    const answers = new Map<string, string>();
    let cutOff = 0;
    let events = 0;
    let ms = 0;
    const note = ({ lines }: Life) => {
      for (const line of told(lines, 'fill')) {
        const fill = JSON.parse(line.slice(line.indexOf(' ') + 1)) as StoredFill;
        const name = `${fill.grid_id} ${fill.trade_id}`;
        expect(fills, `fill ${name} was told twice`).not.toContain(name);
        fills.add(name);
      }
      for (const line of told(lines, 'answer')) {
        const id = line.slice(0, line.indexOf(' '));
        expect(answers.get(id) ?? line, `${id} was answered differently`).toBe(line);
        answers.set(id, line);
      }
      const open = new Set(told(lines, 'sent'));
      for (const line of told(lines, 'answer')) open.delete(line.slice(0, line.indexOf(' ')));
      if (open.size > 0) cutOff += 1;
    };

    for (let kill = 0; kill < KILLS; kill++) {
      const before = reachedIn(file);
      const life = await live(file, 1e9, chooseKill(random));
      note(life);
      if (life.ms === 0) continue;
      ms += life.ms;
      events += reachedIn(file) - Math.max(before, 0);
    }
    const total = reachedIn(file) + 2_000;
    note(await live(file, total));
    const twin = join(folder, 'twin.db');
    await live(twin, total);

    const left = remains(file);
    const expected = remains(twin);
    expect(left.state).toBe(expected.state);
    expect(left.fills).toEqual(expected.fills);
    expect(left.orders).toEqual(expected.orders);
    expect(left.responses).toEqual(expected.responses);
    expect(left.killSwitch).toEqual(expected.killSwitch);
    expect(left.log).toEqual(expected.log);

    // What the world was told is what is there, and the run was worth it.
    const stored = new Set(left.fills.map(({ grid_id, trade_id }) => `${grid_id} ${trade_id}`));
    expect([...fills].filter((fill) => !stored.has(fill))).toEqual([]);
    const storedAnswers = new Set(left.responses.map(({ id }) => id));
    expect([...answers.keys()].filter((id) => !storedAnswers.has(id))).toEqual([]);
    const rate = Math.round((events / ms) * 1000);
    console.log({ total, rate, fills: left.fills.length, commands: left.responses.length, cutOff });
    expect(left.fills.length).toBeGreaterThan(200);
    expect(cutOff).toBeGreaterThan(0);
  }, 120_000);
});
