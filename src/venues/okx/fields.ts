/** The words a frame is made of: texts, decimals and times, all strings. Empty is absent (O9). */

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const MINUS = 45;

export type Fields = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text of a field, empty where there is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Decimal text of a field; `null` where it is absent, empty, or no decimal. */
export function amountOf(value: unknown): string | null {
  return isAmount(value) ? value : null;
}

/** ms since the epoch; `null` where the field holds none. */
export function timeOf(value: unknown): number | null {
  return isTime(value) ? wholeOf(value) : null;
}

export function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

export function isNumberOrAbsent(value: unknown): value is number | undefined {
  return value === undefined || typeof value === 'number';
}

export function isAmountOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || value === '' || isAmount(value);
}

/** Plain decimal text: no exponent, no blanks. */
export function isAmount(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    if (code >= ZERO && code <= NINE) digits += 1;
    else if (code === DOT) dots += 1;
    else if (code !== MINUS || i > 0) return false;
  }
  return digits > 0 && dots <= 1;
}

/** The number of plain digits, which were checked before. */
export function wholeOf(digits: string): number {
  let value = 0;
  for (let i = 0; i < digits.length; i += 1) value = value * 10 + (digits.charCodeAt(i) - ZERO);
  return value;
}

/** Up to 15 digits: far beyond any date, exact in a double. */
export function isTime(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > 15) return false;
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    if (code < ZERO || code > NINE) return false;
  }
  return true;
}
