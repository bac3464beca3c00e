import type { SourceView } from '#stores/source-types.ts';

export interface MessageType {
  readonly connection: string;
  readonly type: string;
  readonly count: number;
  /** A second; `undefined` until there is something to compare with. */
  readonly rate: number | undefined;
  readonly lastAt: number;
}

/** The types of messages of all connections, the busiest first. */
export function byType({
  connections,
  typeRates,
}: Pick<SourceView, 'connections' | 'typeRates'>): readonly MessageType[] {
  return connections
    .flatMap(({ name, byType: types }) =>
      Object.entries(types).map(([type, figures]) => ({
        connection: name,
        type,
        rate: typeRates[`${name} ${type}`],
        ...figures,
      })),
    )
    .sort((a, b) => b.count - a.count);
}
