/** Channel names `category.instance.event` and the patterns clients subscribe with. */

const SEGMENT = /^[A-Za-z0-9_-]+$/;
const MAX_SEGMENTS = 8;

/** A name's illegal characters become `-` (`KOGE/USDT` → `KOGE-USDT`), so that any id can be a segment. */
export function channelSegment(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '-') || '-';
}

/** Z9: whole-segment `*` only, no empty segment, at most 8 segments. */
export function isChannelPattern(pattern: string): boolean {
  const segments = pattern.split('.');
  return segments.length <= MAX_SEGMENTS && segments.every((segment) => segment === '*' || SEGMENT.test(segment));
}

export function isChannelName(name: string): boolean {
  return !name.includes('*') && isChannelPattern(name);
}

/** Z9: `*` in the last place matches one or more segments, elsewhere exactly one; alone it matches everything. */
export function channelMatches(pattern: string, channel: string): boolean {
  if (pattern === '*' || pattern === channel) return true;
  const want = pattern.split('.');
  const have = channel.split('.');
  const last = want.length - 1;
  if (want[last] === '*' ? have.length < want.length : have.length !== want.length) return false;
  return want.every((segment, i) => segment === '*' || segment === have[i]);
}
