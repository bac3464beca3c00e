/** Channels of the published design have two or three segments. */
const PUBLISHED_SEGMENTS = 3;

/**
 * Z9: the patterns to subscribe with. An engine that names no capabilities compares segment by segment, so that a
 * closing `*` must be spelt out for every length: `grid.*` → `grid.*`, `grid.*.*`.
 */
export function wirePatterns(pattern: string, comparesBySegment: boolean): readonly string[] {
  if (!comparesBySegment || !(pattern === '*' || pattern.endsWith('.*'))) return [pattern];
  const forms = [pattern];
  for (let n = pattern.split('.').length; n < PUBLISHED_SEGMENTS; n += 1) forms.push(`${forms[forms.length - 1]}.*`);
  return forms;
}
