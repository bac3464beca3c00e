const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** An orderly end that takes longer hangs on something. */
const PATIENCE_MS = 15_000;

/** Resolves at the first SIGINT or SIGTERM; a second one, or waiting too long after it, ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(130));
        setTimeout(() => process.exit(1), PATIENCE_MS).unref();
      });
    }
  });
}
