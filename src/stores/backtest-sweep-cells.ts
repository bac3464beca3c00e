/** One sweep: asked for once, then its cells as they are computed. */
import type { ProtocolClient } from '#client/types.ts';
import type { SweepCell, SweepResult } from '#protocol/backtest-shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { watchLive } from './market-connection.ts';
import { createFeed, type Feed, keyed } from './market-feed.ts';

export interface SweepState {
  readonly status: 'loading' | 'ready' | 'error';
  readonly error: Error | null;
  readonly sweep: SweepResult | null;
  /** By index; another map whenever a cell has come. */
  readonly cells: ReadonlyMap<number, SweepCell>;
}

export interface SweepFeed extends Feed<SweepState> {
  retry(): void;
}

export function createSweepFeed(client: ProtocolClient, frames: FrameScheduler, id: string): SweepFeed {
  let cells = new Map<number, SweepCell>();
  let sweep: SweepResult | null = null;
  let status: SweepState['status'] = 'loading';
  let error: Error | null = null;
  let publish = () => {};
  const state = (): SweepState => ({ status, error, sweep, cells });
  const load = () => {
    client.command('sweep.get', { id, brief: true }).then(
      (answer) => {
        sweep = answer;
        status = 'ready';
        error = null;
        // What came while the answer was on its way stays.
        for (const cell of answer.cells) cells.set(cell.index, cell);
        frames.schedule(publish);
      },
      (reason: unknown) => {
        error = reason instanceof Error ? reason : new Error(String(reason));
        if (sweep === null) status = 'error';
        frames.schedule(publish);
      },
    );
  };
  const feed = createFeed<SweepState>(state(), (set) => {
    publish = () => {
      cells = new Map(cells);
      set(state());
    };
    const stops = [
      client.subscribe(
        `sweep.${id}.cells`,
        ({ data }) => {
          for (const cell of data.cells) cells.set(cell.index, cell);
          frames.schedule(publish);
        },
        { onGap: load },
      ),
      client.subscribe(`sweep.${id}.lifecycle`, load, { onGap: load }),
      watchLive(client, (live) => live && load()),
    ];
    load();
    return () => stops.forEach((stop) => stop());
  });
  return {
    ...feed,
    retry() {
      status = 'loading';
      publish();
      load();
    },
  };
}

export const sweepStore = defineStore(({ client, frames }) => ({
  of: keyed(
    (id: string) => id,
    (id) => createSweepFeed(client, frames, id),
  ),
}));
