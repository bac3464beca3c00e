/** A question that is traded: its outcomes' prices are probabilities. */

export interface Outcome {
  /** The instrument's symbol: a token id of up to 78 digits. */
  readonly symbol: string;
  readonly name: string;
}

export interface PredictionMarket {
  /** The venue's id of the question. */
  readonly id: string;
  readonly question: string;
  readonly slug: string;
  readonly description?: string;
  readonly outcomes: readonly Outcome[];
  readonly tickSize: string;
  readonly state: 'open' | 'closed' | 'resolved';
  /** Symbol of the outcome that came true. */
  readonly winner?: string;
  /** ms. */
  readonly endsAt?: number;
}
