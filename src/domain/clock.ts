/** Time as a port: the core and everything tested against time receive one instead of reading the system's. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface Timers extends Clock {
  /** Runs `task` once after `ms`; the returned function cancels it. */
  after(ms: number, task: () => void): () => void;
}
