/**
 * Many messages, one frame: writes to the stores are collected and applied together, at most once an animation
 * frame. A hidden page gets no frames, so a timer takes over and the queue stays bounded.
 */
export interface FrameScheduler {
  /**
   * Runs `task` in the next flush. The same task given twice before a flush runs once, so give a stable function
   * that drains the caller's own buffer.
   */
  schedule(task: () => void): void;
  /** Runs what is waiting now. */
  flush(): void;
}

export interface FrameHost {
  /** Both return what cancels the request. */
  requestFrame(run: () => void): () => void;
  after(ms: number, run: () => void): () => void;
  hidden(): boolean;
}

/** How long a waiting task may sit when no frame comes (hidden, minimised or occluded window). */
const FALLBACK_MS = 250;

export function createFrameScheduler(host: FrameHost, onError: (error: unknown) => void): FrameScheduler {
  let waiting = new Set<() => void>();
  let cancel: (() => void)[] = [];

  const flush = () => {
    for (const undo of cancel) undo();
    cancel = [];
    // Tasks scheduled by a task belong to the next frame.
    const batch = waiting;
    waiting = new Set();
    for (const task of batch) {
      try {
        task();
      } catch (error) {
        // One broken store must not stop the others.
        onError(error);
      }
    }
  };

  return {
    schedule(task) {
      if (waiting.size === 0) {
        cancel.push(host.after(FALLBACK_MS, flush));
        if (!host.hidden()) cancel.push(host.requestFrame(flush));
      }
      waiting.add(task);
    },
    flush,
  };
}

export const browserFrames: FrameHost = {
  requestFrame(run) {
    const id = requestAnimationFrame(run);
    return () => cancelAnimationFrame(id);
  },
  after(ms, run) {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
  hidden: () => document.visibilityState === 'hidden',
};
