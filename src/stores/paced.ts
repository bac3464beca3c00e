/** A task that is asked for more often than anybody can see: it runs at once, then at most every so many ms. */
export interface Paced {
  run(): void;
  stop(): void;
}

/** What was asked for in between is made up for at the end of the pause, once. */
export function paced(everyMs: number, task: () => void): Paced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDue = false;
  const begin = () => {
    isDue = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (isDue) begin();
    }, everyMs);
    task();
  };
  return {
    run() {
      if (timer === undefined) begin();
      else isDue = true;
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
      isDue = false;
    },
  };
}
