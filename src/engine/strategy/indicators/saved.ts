/** Reading back what an indicator saved: plain JSON, refused where it is anything else. */

export function savedRecord(state: unknown): Readonly<Record<string, unknown>> {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) throw new RangeError('no saved state');
  return { ...state };
}

export function savedNumber(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new RangeError('no saved number');
  return value;
}

export function savedCount(value: unknown): number {
  const count = savedNumber(value);
  if (!Number.isInteger(count) || count < 0) throw new RangeError('no saved count');
  return count;
}

export function savedNumbers(value: unknown, most: number): readonly number[] {
  if (!Array.isArray(value) || value.length > most) throw new RangeError('no saved numbers');
  return value.map(savedNumber);
}
