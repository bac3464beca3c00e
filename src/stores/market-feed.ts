/** A store that is filled only while somebody looks: the first subscriber opens its source, the last one closes it. */
import { createStore } from 'zustand/vanilla';

export interface Feed<T> {
  getState(): T;
  getInitialState(): T;
  subscribe(listener: (state: T, previous: T) => void): () => void;
}

/** `open` fills the store through `set` and returns how to close again. What was last known stays. */
export function createFeed<T extends object>(initial: T, open: (set: (state: T) => void) => () => void): Feed<T> {
  const store = createStore<T>()(() => initial);
  let listeners = 0;
  let close: (() => void) | undefined;
  return {
    getState: store.getState,
    getInitialState: store.getInitialState,
    subscribe(listener) {
      const unsubscribe = store.subscribe(listener);
      listeners += 1;
      if (listeners === 1) close = open((state) => store.setState(state, true));
      let done = false;
      return () => {
        if (done) return;
        done = true;
        unsubscribe();
        listeners -= 1;
        if (listeners > 0) return;
        close?.();
        close = undefined;
      };
    },
  };
}

/** One feed a key, made when first asked for. */
export function keyed<A extends readonly unknown[], T>(key: (...args: A) => string, make: (...args: A) => T) {
  const made = new Map<string, T>();
  return (...args: A): T => {
    const id = key(...args);
    const existing = made.get(id);
    if (existing !== undefined) return existing;
    const created = make(...args);
    made.set(id, created);
    return created;
  };
}
