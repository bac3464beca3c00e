/** Exact decimals for the tests' own arithmetic, independent of the engine's: BigInts of 10⁻¹⁸. */
const SCALE = 18;
const ONE = 10n ** BigInt(SCALE);

export type Exact = bigint;

export function exact(text: string | number): Exact {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(text)) ?? [];
  if (sign === undefined) throw new Error(`not a plain decimal: ${text}`);
  if (fraction.length > SCALE) throw new Error(`too many decimals: ${text}`);
  const value = BigInt(whole) * ONE + BigInt(fraction.padEnd(SCALE, '0'));
  return sign === '-' ? -value : value;
}

/** Throws where the product has more decimals than fit: nothing is ever rounded here. */
export function times(a: Exact, b: Exact): Exact {
  const product = a * b;
  if (product % ONE !== 0n) throw new Error('the product does not fit');
  return product / ONE;
}

/** A figure as a page shows it: `1,234.50`, `−0.8 %`, `+12 USDC`. */
export function shown(text: string): { value: number; unit: number } {
  const plain = text.replaceAll('−', '-').replaceAll(/[,\s\u00a0\u202f']/g, '');
  const [number, fraction = ''] = /-?\d+(?:\.(\d+))?/.exec(plain) ?? [];
  if (number === undefined) throw new Error(`no figure in “${text}”`);
  return { value: Number(number), unit: 10 ** -fraction.length };
}

export const toNumber = (value: Exact): number => Number(value) / Number(ONE);

/** Whether what is shown is the exact value, rounded to the decimals shown. */
export function shows(text: string, value: Exact): boolean {
  const figure = shown(text);
  return Math.abs(figure.value - toNumber(value)) <= figure.unit * 0.501;
}
