/** What is known of questions: those of the settings, and those the venue announced since (M10). */
import type { PredictionMarket } from '#domain/prediction-market.ts';
import type { SourceInstrument } from '#domain/source.ts';
import { amount, clipped, text, token } from './parse.ts';
import { bareInstrument, DEFAULT_TICK_SIZE } from './instruments.ts';
import type { Fields } from './schema.ts';

/** Announcements are of the whole venue, day and night: the oldest are let go. */
const MOST_ANNOUNCED = 500;

/** As long as the settings of a source may have them. */
export const MOST_QUESTION = 500;
export const MOST_SLUG = 300;
export const MOST_DESCRIPTION = 10_000;
const MOST_NAME = 100;

export class Questions {
  /** Of the settings. */
  readonly #instruments = new Map<string, SourceInstrument>();
  readonly #watched = new Map<string, PredictionMarket>();
  readonly #announced = new Map<string, PredictionMarket>();

  constructor(instruments: readonly SourceInstrument[]) {
    for (const instrument of instruments) {
      this.#instruments.set(instrument.symbol, instrument);
      const { prediction } = instrument;
      if (prediction) this.#watched.set(prediction.id, prediction);
    }
  }

  instrument(symbol: string): SourceInstrument | undefined {
    return this.#instruments.get(symbol);
  }

  /** `new_market`. `undefined`: of another shape. `null`: known already, as each connection is told. */
  announce(fields: Fields): PredictionMarket | null | undefined {
    const id = text(fields['market']);
    const question = clipped(fields['question'], MOST_QUESTION);
    const outcomes = outcomesOf(fields);
    if (id === undefined || question === undefined || !outcomes) return undefined;
    if (this.#watched.has(id) || this.#announced.has(id)) return null;
    const description = clipped(fields['description'], MOST_DESCRIPTION);
    const market: PredictionMarket = {
      id,
      question,
      slug: clipped(fields['slug'], MOST_SLUG) ?? '',
      ...(description !== undefined && { description }),
      outcomes,
      tickSize: amount(fields['order_price_min_tick_size']) ?? DEFAULT_TICK_SIZE,
      state: 'open',
    };
    this.#remember(market);
    return market;
  }

  /** `market_resolved`: question and slug may be missing. */
  resolve(fields: Fields): PredictionMarket | null | undefined {
    const id = text(fields['market']);
    const told = outcomesOf(fields);
    const winner = token(fields['winning_asset_id']);
    if (id === undefined || winner === undefined) return undefined;
    const known = this.#watched.get(id) ?? this.#announced.get(id);
    if (known?.state === 'resolved' && known.winner === winner) return null;
    const slug = clipped(fields['slug'], MOST_SLUG) ?? known?.slug ?? '';
    const description = clipped(fields['description'], MOST_DESCRIPTION) ?? known?.description;
    const market: PredictionMarket = {
      ...known,
      id,
      question: clipped(fields['question'], MOST_QUESTION) ?? known?.question ?? (slug || id),
      slug,
      ...(description !== undefined && { description }),
      outcomes: told ?? known?.outcomes ?? unnamedOutcomes(fields, winner),
      tickSize: known?.tickSize ?? DEFAULT_TICK_SIZE,
      state: 'resolved',
      winner,
    };
    this.#remember(market);
    return market;
  }

  /** M8: the instruments and the question with the new step. */
  regrid(symbol: string, tickSize: string): readonly [readonly SourceInstrument[], PredictionMarket | undefined] {
    const known = this.#instruments.get(symbol);
    const question = known?.prediction && (this.#watched.get(known.prediction.id) ?? known.prediction);
    if (!known || !question) {
      const changed = known ? { ...known, tickSize } : bareInstrument(symbol, tickSize);
      this.#instruments.set(symbol, changed);
      return [[changed], undefined];
    }
    const market = { ...question, tickSize };
    this.#remember(market);
    const changed = { ...known, tickSize, prediction: market };
    this.#instruments.set(symbol, changed);
    return [[changed], market];
  }

  #remember(market: PredictionMarket): void {
    if (this.#watched.has(market.id)) {
      this.#watched.set(market.id, market);
      return;
    }
    this.#announced.set(market.id, market);
    const oldest = this.#announced.size > MOST_ANNOUNCED ? this.#announced.keys().next() : undefined;
    if (oldest?.done === false) this.#announced.delete(oldest.value);
  }
}

/** M10: tokens match outcomes by position. */
function outcomesOf(fields: Fields): PredictionMarket['outcomes'] | undefined {
  const tokens: unknown = fields['assets_ids'] ?? fields['clob_token_ids'];
  const names: unknown = fields['outcomes'];
  return pairOutcomes(tokens, names);
}

/** `undefined` unless there are as many tokens as names. */
export function pairOutcomes(tokens: unknown, names: unknown): PredictionMarket['outcomes'] | undefined {
  if (!Array.isArray(tokens) || !Array.isArray(names) || tokens.length === 0 || tokens.length !== names.length) {
    return undefined;
  }
  const outcomes: { readonly symbol: string; readonly name: string }[] = [];
  for (const [i, each] of tokens.entries()) {
    const symbol = token(each);
    const name = clipped(names[i], MOST_NAME);
    if (symbol === undefined || name === undefined) return undefined;
    outcomes.push({ symbol, name });
  }
  return outcomes;
}

/** Of a question nobody told us of: the winner has a name, the others only their tokens. */
function unnamedOutcomes(fields: Fields, winner: string): PredictionMarket['outcomes'] {
  const tokens: readonly unknown[] = Array.isArray(fields['assets_ids']) ? fields['assets_ids'] : [winner];
  const winning = text(fields['winning_outcome']);
  return tokens
    .map(token)
    .filter((symbol) => symbol !== undefined)
    .map((symbol) => ({ symbol, name: symbol === winner ? (winning ?? symbol) : symbol }));
}
