/** The core as the disk knows it: the newest valid snapshot, and what the journal says came after. */
import type { Engine, EngineOptions } from '#engine/engine.ts';
import type { Journal } from '#server/storage/journal.ts';
import { StorageError } from '#server/storage/database.ts';
import type { CoreFactory } from './core.ts';

export interface Recovered {
  readonly engine: Engine;
  /** The options it last ran with. */
  readonly options: EngineOptions;
  /** Entries replayed on top of the snapshot. */
  readonly replayed: number;
  /** What was not as it should be but could be done without. */
  readonly warnings: readonly string[];
}

/** G18. `undefined` for an empty journal; throws `StorageError` where the state cannot be known. */
export function recoverCore(journal: Journal, core: CoreFactory): Recovered | undefined {
  const warnings: string[] = [];
  for (const snapshot of journal.snapshots()) {
    if ('problem' in snapshot) {
      warnings.push(`snapshot ${snapshot.seq} is damaged (${snapshot.problem}); using an older one`);
      continue;
    }
    let engine: Engine;
    try {
      engine = core.restore(snapshot.state, snapshot.options);
    } catch (error) {
      warnings.push(`snapshot ${snapshot.seq} does not restore (${String(error)}); using an older one`);
      continue;
    }
    return replay(journal, core, { engine, options: snapshot.options }, snapshot.seq, warnings);
  }
  if (journal.last === 0) return undefined;
  return replay(journal, core, undefined, 0, warnings);
}

function replay(
  journal: Journal,
  core: CoreFactory,
  start: { engine: Engine; options: EngineOptions } | undefined,
  from: number,
  warnings: readonly string[],
): Recovered {
  let state = start;
  let replayed = 0;
  for (const { seq, entry } of journal.after(from)) {
    if (entry.type === 'options') {
      const engine = state ? core.restore(state.engine.snapshot(), entry.options) : core.create(entry.options);
      state = { engine, options: entry.options };
    } else if (state) {
      state.engine.process(entry);
    } else {
      throw new StorageError(`storage: journal entry ${seq} comes before the engine's options`);
    }
    replayed += 1;
  }
  if (!state) throw new StorageError('storage: no snapshot is valid and the journal before them is gone');
  return { ...state, replayed, warnings };
}
