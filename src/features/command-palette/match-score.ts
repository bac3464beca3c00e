/**
 * How well `text` answers `search`, 0 to 1: every typed word must be in it; words that begin one count more.
 * No letters picked from all over: a short list that is right beats a long one.
 */
export function matchScore(text: string, search: string): number {
  const hay = text.toLowerCase();
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return 1;
  let score = 0;
  for (const word of words) {
    const at = hay.indexOf(word);
    if (at < 0) return 0;
    const begins = at === 0 || /[^\p{L}\p{N}]/u.test(hay[at - 1] ?? '');
    score += at === 0 ? 1 : begins ? 0.8 : 0.4;
  }
  return score / words.length;
}
