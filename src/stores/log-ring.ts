/** The newest records of a log, in a fixed amount of memory. */
export interface LogRing<T> {
  /** How many were dropped at the front; the record `at(i)` is the `dropped + i`-th ever pushed. */
  readonly dropped: number;
  readonly length: number;
  push(record: T): void;
  /** `0` is the oldest kept. */
  at(index: number): T | undefined;
  clear(): void;
}

export function createLogRing<T>(capacity: number): LogRing<T> {
  let slots: T[] = [];
  let start = 0;
  let dropped = 0;
  return {
    get dropped() {
      return dropped;
    },
    get length() {
      return slots.length;
    },
    push(record) {
      if (slots.length < capacity) {
        slots.push(record);
        return;
      }
      slots[start] = record;
      start = (start + 1) % capacity;
      dropped += 1;
    },
    at(index) {
      return index < 0 || index >= slots.length ? undefined : slots[(start + index) % slots.length];
    },
    clear() {
      dropped += slots.length;
      slots = [];
      start = 0;
    },
  };
}
