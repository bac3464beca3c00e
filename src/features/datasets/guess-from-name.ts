/** What a file's name says of its candles; only an offer, the fields can be changed. */

const QUOTES = ['USDT', 'USDC', 'FDUSD', 'TUSD', 'BUSD', 'USD', 'EUR', 'BTC', 'ETH', 'BNB'];

/** `BTCUSDT-1h-2024-01.csv.gz` → `BTC-USDT`; `ETH_USDC-5m.json` → `ETH-USDC`; venue and kind may come before. */
export function guessFromName(file: string): { readonly name: string; readonly symbol: string } {
  const name = file.replace(/(\.(csv|json|txt|zip|gz))+$/i, '').slice(0, 80);
  const pair = /^(?:[a-z]+[-_])*([A-Z0-9]{2,12})[-_/]?([A-Z0-9]{2,5})?(?=[-_.]|$)/.exec(name);
  const [, base = '', quote = ''] = pair ?? [];
  if (QUOTES.includes(quote)) return { name, symbol: `${base}-${quote}` };
  const end = QUOTES.find((each) => base.endsWith(each) && base.length > each.length + 1);
  if (end !== undefined) return { name, symbol: `${base.slice(0, -end.length)}-${end}` };
  const whole = QUOTES.find((each) => (base + quote).endsWith(each) && (base + quote).length > each.length + 1);
  return { name, symbol: whole === undefined ? '' : `${(base + quote).slice(0, -whole.length)}-${whole}` };
}
