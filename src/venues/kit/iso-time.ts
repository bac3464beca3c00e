/** Times as Python services write them: ISO-8601 with up to nine decimals, with a zone or without. */
const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * ms since the epoch; whole numbers are that already. `zoneOffsetMs` is what a time without a zone is ahead of UTC by.
 * `undefined` for what is no time.
 */
export function parseTime(value: unknown, zoneOffsetMs = 0): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(Math.trunc(value)) ? Math.trunc(value) : undefined;
  const match = typeof value === 'string' ? ISO.exec(value) : null;
  if (!match) return undefined;
  const [, date, time, fraction = '', zone] = match;
  const ms = fraction.slice(0, 3).padEnd(3, '0');
  const at = Date.parse(`${date}T${time?.length === 5 ? `${time}:00` : time}.${ms}Z`);
  return Number.isNaN(at) ? undefined : at - (zone === undefined ? zoneOffsetMs : offsetOf(zone));
}

/** `+08:00` in ms; 0 for `Z`. */
export function offsetOf(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (!match) return 0;
  const ms = (Number(match[2]) * 60 + Number(match[3])) * 60_000;
  return match[1] === '-' ? -ms : ms;
}
