import { useState } from 'react';

/** M8: the tick a question had before this one, since it has been on screen; `null`: it has not changed. */
export function useTickChange(question: string, tickSize: string): string | null {
  const [seen, setSeen] = useState<{ question: string; tickSize: string; before: string | null }>({
    question,
    tickSize,
    before: null,
  });
  if (seen.question !== question) setSeen({ question, tickSize, before: null });
  else if (seen.tickSize !== tickSize) setSeen({ question, tickSize, before: seen.tickSize });
  return seen.question === question ? seen.before : null;
}
