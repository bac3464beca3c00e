/** The log of one grid or strategy: history by command, then live records, newest first. */
import type { ProtocolClient } from '#client/types.ts';
import type { LogEvent, LogLevel } from '#protocol/shapes.ts';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createFeed, type Feed, keyed } from './market-feed.ts';

export interface GridLogLine {
  readonly key: string;
  readonly ts: number;
  readonly level: LogLevel;
  readonly message: string;
}

export interface GridLog {
  readonly status: 'loading' | 'ready' | 'error' | 'forbidden';
  readonly lines: readonly GridLogLine[];
}

const KEPT = 500;
const HISTORY = 200;

function createGridLogFeed(client: ProtocolClient, frames: FrameScheduler, source: string): Feed<GridLog> {
  const initial: GridLog = { status: 'loading', lines: [] };
  return createFeed(initial, (set) => {
    let status: GridLog['status'] = 'loading';
    let history: readonly GridLogLine[] = [];
    let live: readonly GridLogLine[] = [];
    let count = 0;
    let open = true;
    const identity = (line: GridLogLine) => `${line.ts} ${line.message}`;
    const publish = () => {
      if (!open) return;
      // What came live while the history was on its way is in both.
      const known = new Set(live.map(identity));
      set({ status, lines: [...live, ...history.filter((line) => !known.has(identity(line)))].slice(0, KEPT) });
    };
    const onRecord = (data: LogEvent, received: number) => {
      if (data.source !== source && !data.source.startsWith(`${source}.`)) return;
      count += 1;
      const line = { key: `live${count}`, ts: data.ts ?? received, level: data.level, message: data.message };
      live = [line, ...live].slice(0, KEPT);
      frames.schedule(publish);
    };
    const load = () => {
      client.command('system.logs', { source, limit: HISTORY }).then(
        ({ logs }) => {
          status = 'ready';
          history = logs
            .map(({ id: number, ts, level, message }) => ({ key: `h${number}`, ts, level, message }))
            .sort((a, b) => b.ts - a.ts);
          frames.schedule(publish);
        },
        (error: { readonly code?: string }) => {
          status = error.code === 'FORBIDDEN' ? 'forbidden' : 'error';
          frames.schedule(publish);
        },
      );
    };
    const stop = client.subscribe('system.log', ({ data, timestamp }) => onRecord(data, timestamp), {
      onGap: load,
      onDenied: () => {
        status = 'forbidden';
        frames.schedule(publish);
      },
    });
    load();
    return () => {
      open = false;
      stop();
    };
  });
}

/** By the source its records name: `grid.<id>`, `strategy.<id>`. */
export const gridLogStore = defineStore(({ client, frames }) => ({
  of: keyed(
    (source: string) => source,
    (source) => createGridLogFeed(client, frames, source),
  ),
}));
