/** Rows as CSV text (RFC 4180): quoted where it needs to be; what a spreadsheet would take for a formula is made text. */
export function csvText(rows: readonly (readonly (string | number | null | undefined)[])[]): string {
  return [...rows.map((row) => row.map(cell).join(',')), ''].join('\r\n');
}

function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+@\t\r]|^-(?!\d+(?:\.\d+)?$)/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
