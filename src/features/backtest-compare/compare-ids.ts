/** Which runs are compared: in the address, `ids=a,b,c`. */

export const MOST_RUNS = 8;

export function readIds(text: string): readonly string[] {
  return [...new Set(text.split(',').filter((id) => id !== '' && id.length <= 64))].slice(0, MOST_RUNS);
}

export function writeIds(ids: readonly string[]): string {
  return ids.join(',');
}
