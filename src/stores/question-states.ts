/** M8, M14: how questions stand now. While nobody is connected they change unheard, and what is saved of them is old. */
import type { SourceInstrument } from '#domain/source.ts';
import { type GammaMarket, marketsPath, parseMarkets } from '#venues/polymarket/rest.ts';
import { getVenue, type RestPorts } from './venue-rest.ts';

/** Room for their ids in one address, and for the answers in one page of the venue's. */
const AT_ONCE = 20;

/** Rejects in plain words; a question that the venue does not know is left out. */
export async function questionStates(
  ports: Omit<RestPorts, 'now'>,
  instruments: Iterable<SourceInstrument>,
  signal: AbortSignal,
): Promise<readonly GammaMarket[]> {
  const ids = [...new Set(Array.from(instruments, ({ prediction }) => prediction?.id ?? '').filter((id) => id !== ''))];
  const found: GammaMarket[] = [];
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const conditionIds = ids.slice(i, i + AT_ONCE);
    // Gamma gives closed questions only to those who ask for them.
    const answers = await Promise.all(
      [false, true].map((closed) =>
        getVenue(ports, 'polymarket-gamma', marketsPath({ conditionIds, closed, limit: AT_ONCE }), signal),
      ),
    );
    for (const answer of answers) found.push(...(parseMarkets(answer) ?? []));
  }
  return found.filter(({ market }) => ids.includes(market.id));
}
