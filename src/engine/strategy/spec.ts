/** What a strategy is, as data: forms, validation and the catalog on the wire are made from it (G19). */

export type ParamValue = number | string | boolean;
export type StrategyParams = Readonly<Record<string, ParamValue>>;

interface ParamBase {
  /** Snake case, the name on the wire. */
  readonly name: string;
  /** English; a client may know better words for the names it knows. */
  readonly label: string;
  readonly description: string;
}

export type ParamSpec =
  | (ParamBase & {
      readonly type: 'integer' | 'decimal';
      /** `null`: may be left out. */
      readonly default: number | null;
      readonly min?: number;
      readonly max?: number;
      /** A sensible step of a field or a sweep. */
      readonly step?: number;
      readonly unit?: 'bars' | 'percent' | 'price' | 'quote' | 'base';
      readonly required?: boolean;
    })
  | (ParamBase & { readonly type: 'boolean'; readonly default: boolean })
  | (ParamBase & { readonly type: 'choice'; readonly choices: readonly string[]; readonly default: string });

export interface StrategySpec {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** `grid`: orders on lines; `signal`: decides at each bar's close (G19). */
  readonly kind: 'grid' | 'signal';
  readonly params: readonly ParamSpec[];
}
