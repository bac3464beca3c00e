/** The live log: the newest 100,000 records, and those that pass the filter. */
import type { ProtocolClient } from '#client/types.ts';
import type { LogEvent, LogLevel } from '#protocol/shapes.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { defineStore } from './environment.tsx';
import type { FrameScheduler } from './frame-scheduler.ts';
import { createLogRing, type LogRing } from './log-ring.ts';

export const LOG_CAPACITY = 100_000;

export interface LogLine {
  readonly ts: number;
  readonly level: LogLevel;
  readonly source: string;
  readonly message: string;
}

export interface LogFilter {
  /** This level and the graver ones. */
  readonly level: LogLevel;
  /** The beginning of a source's name. */
  readonly source: string;
  readonly text: string;
}

export interface LogsState {
  readonly filter: LogFilter;
  /** What passes the filter. The ring changes in place; `revision` says that it did. */
  readonly lines: LogRing<LogLine>;
  readonly revision: number;
  readonly total: number;
  /** A viewer may not see logs (Z7). */
  readonly forbidden: boolean;
}

const GRAVITY: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export function passes(line: LogLine, { level, source, text }: LogFilter): boolean {
  return (
    GRAVITY[line.level] >= GRAVITY[level] &&
    (source === '' || line.source.startsWith(source)) &&
    (text === '' || line.message.toLowerCase().includes(text.toLowerCase()))
  );
}

/** Live records carry no id: this is how one is found again in the history. */
function identity(line: LogLine): string {
  return `${line.ts} ${line.source} ${line.message}`;
}

export interface LogsStore {
  readonly store: StoreApi<LogsState>;
  setFilter(filter: LogFilter): void;
  /** Older records, oldest first, fetched by command; goes before what has come live. */
  seed(lines: readonly LogLine[]): void;
  clear(): void;
  /** Receives while at least one view is open; returns how to stop. */
  open(onGap: () => void): () => void;
}

export function createLogsStore(client: ProtocolClient, frames: FrameScheduler): LogsStore {
  const all = createLogRing<LogLine>(LOG_CAPACITY);
  let shown = createLogRing<LogLine>(LOG_CAPACITY);
  let arrived: LogLine[] = [];
  const store = createStore<LogsState>()(() => ({
    filter: { level: 'info', source: '', text: '' },
    lines: shown,
    revision: 0,
    total: 0,
    forbidden: false,
  }));

  const publish = (change: Partial<LogsState> = {}) =>
    store.setState({ ...change, lines: shown, total: all.length, revision: store.getState().revision + 1 });

  const drain = () => {
    const { filter } = store.getState();
    for (const line of arrived) {
      all.push(line);
      if (passes(line, filter)) shown.push(line);
    }
    arrived = [];
    publish();
  };

  const refill = (filter: LogFilter) => {
    shown = createLogRing<LogLine>(LOG_CAPACITY);
    for (let i = 0; i < all.length; i += 1) {
      const line = all.at(i);
      if (line && passes(line, filter)) shown.push(line);
    }
    publish({ filter });
  };

  const receive = (data: LogEvent, timestamp: number) => {
    arrived.push({ ts: data.ts ?? timestamp, level: data.level, source: data.source, message: data.message });
    // A page that is not drawn must not hoard: the ring keeps as many as this anyway.
    if (arrived.length > LOG_CAPACITY) drain();
    frames.schedule(drain);
  };

  return {
    store,
    setFilter: refill,
    seed(lines) {
      drain();
      const live: LogLine[] = [];
      for (let i = 0; i < all.length; i += 1) {
        const line = all.at(i);
        if (line) live.push(line);
      }
      const firstLive = live[0]?.ts ?? Number.POSITIVE_INFINITY;
      const known = new Set(live.map(identity));
      all.clear();
      for (const line of lines) if (line.ts <= firstLive && !known.has(identity(line))) all.push(line);
      for (const line of live) all.push(line);
      refill(store.getState().filter);
    },
    clear() {
      all.clear();
      refill(store.getState().filter);
    },
    open: (onGap) =>
      client.subscribe('system.log', ({ data, timestamp }) => receive(data, timestamp), {
        onGap,
        onDenied: () => publish({ forbidden: true }),
      }),
  };
}

export const logsStore = defineStore(({ client, frames }) => createLogsStore(client, frames));
