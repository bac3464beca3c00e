/** The instruments of the market: as OKX lists them now, or as this engine knew them last. */
import { decimalsOf } from '#domain/order-book-units.ts';
import { instrumentsPath, parseInstruments } from '#venues/okx/rest.ts';
import { ConfigError } from '#server/config/load-config.ts';
import { VenueRestError, type GetOptions, type RestClient } from '#server/venues/rest-client.ts';
import type { ListedInstrument } from '../market.ts';

export const OKX_VENUE = 'okx';

export interface ListingPorts {
  readonly rest: RestClient;
  /** As the engine knew it last. */
  readonly known: (symbol: string) => ListedInstrument | undefined;
  readonly warn: (message: string) => void;
}

/**
 * In the order of `symbols`. A pair that OKX does not trade right now keeps its last rules: a venue at work on a market
 * must not keep the engine, and grids on other pairs, from starting. Throws `VenueRestError`, and `ConfigError` for a
 * pair that nobody knows.
 */
export async function fetchListing(
  { rest, known, warn }: ListingPorts,
  symbols: readonly string[],
  options?: GetOptions,
): Promise<readonly ListedInstrument[]> {
  const { json } = await rest.get(instrumentsPath('SPOT'), options);
  const answer = parseInstruments(json);
  if (!answer.ok) throw new VenueRestError('refused', `OKX does not list its instruments: ${answer.message}`);
  const bySymbol = new Map(answer.value.map(({ instrument }) => [instrument.symbol, instrument]));
  const missing = symbols.filter((symbol) => !bySymbol.has(symbol));
  const unknown = missing.filter((symbol) => !known(symbol));
  if (unknown.length > 0) throw new ConfigError(`--instruments: OKX trades no ${unknown.join(', ')} now`);
  if (missing.length > 0) warn(`OKX trades no ${missing.join(', ')} now; it is taken as it was last`);
  return symbols.flatMap((symbol) => {
    const found = bySymbol.get(symbol);
    if (!found) return known(symbol) ?? [];
    const { title: _title, prediction: _prediction, ...rules } = found;
    return [{ instrument: { ...rules, venue: OKX_VENUE }, priceDecimals: decimalsOf(rules.tickSize) }];
  });
}

/** `isCurrent: false`: OKX did not answer; what was known serves until it does. Throws where something is not known. */
export async function listingAtStart(
  symbols: readonly string[],
  ports: ListingPorts,
): Promise<{ readonly listed: readonly ListedInstrument[]; readonly isCurrent: boolean }> {
  const { known, warn } = ports;
  try {
    return { listed: await fetchListing(ports, symbols, { retries: 0 }), isCurrent: true };
  } catch (error) {
    const listed = symbols.flatMap((symbol) => known(symbol) ?? []);
    if (!(error instanceof VenueRestError) || listed.length < symbols.length) throw error;
    warn(`${error.message}; its instruments are taken as they were last`);
    return { listed, isCurrent: false };
  }
}

/** What differs between two listings of the same instruments, in words; nothing: equal. */
export function listingChanges(before: readonly ListedInstrument[], now: readonly ListedInstrument[]): string[] {
  return before.flatMap(({ instrument: old }) => {
    const current = now.find(({ instrument }) => instrument.symbol === old.symbol)?.instrument;
    if (!current) return [];
    const rules = ['tickSize', 'lotSize', 'minSize', 'minNotional', 'makerFee', 'takerFee'] as const;
    return rules
      .filter((rule) => old[rule] !== current[rule])
      .map((rule) => `${old.symbol} ${rule} ${old[rule]} → ${current[rule]}`);
  });
}
