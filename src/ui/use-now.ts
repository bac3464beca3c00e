import { useEffect, useState } from 'react';

/** The time in ms, renewed every `everyMs` while `active`; for ages and countdowns. */
export function useNow(everyMs = 1000, active = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!active) return undefined;
    const tick = () => setNow(Date.now());
    tick();
    const id = setInterval(tick, everyMs);
    return () => clearInterval(id);
  }, [everyMs, active]);
  return now;
}
