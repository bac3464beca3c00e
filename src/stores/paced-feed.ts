/** A feed seen more calmly: what changes every frame costs a layout every frame, and nobody reads rows that fast. */
import { createFeed, type Feed } from './market-feed.ts';
import { paced } from './paced.ts';

/** Tells its listeners at most every so many ms, the newest state; never misses the last. */
export function pacedFeed<T extends object>(feed: Feed<T>, everyMs: number): Feed<T> {
  let shown = feed.getState();
  return createFeed<T>(shown, (set) => {
    const telling = paced(everyMs, () => {
      shown = feed.getState();
      set(shown);
    });
    const unsubscribe = feed.subscribe(telling.run);
    // What has changed while nobody listened.
    if (feed.getState() !== shown) telling.run();
    return () => {
      unsubscribe();
      telling.stop();
    };
  });
}
