/** Asks the worker for so many runs over a year of minutes, and keeps how long each took from question to answer. */
declare global {
  var backtest: ((rounds: number) => Promise<number[]>) | undefined;
}

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });

const answer = () =>
  new Promise<void>((resolve) => {
    worker.addEventListener('message', () => resolve(), { once: true });
  });

await answer();
// As while its candles are still on their way; `?cold` shows what that saves.
if (location.search !== '?cold') {
  worker.postMessage('warm');
  await answer();
}
globalThis.backtest = async (rounds) => {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    worker.postMessage(round % 2 === 0 ? 'many' : 'few');
    await answer();
    times.push(performance.now() - started);
  }
  return times;
};
