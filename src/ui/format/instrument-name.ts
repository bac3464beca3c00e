const LONGEST = 24;

/** What an instrument is called: its title, else its symbol, an id of dozens of digits in short. */
export function instrumentName({
  symbol,
  title,
}: {
  readonly symbol: string;
  readonly title?: string | undefined;
}): string {
  if (title !== undefined && title !== '') return title;
  return symbol.length > LONGEST ? `${symbol.slice(0, 8)}…${symbol.slice(-6)}` : symbol;
}
