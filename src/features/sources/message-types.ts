import type { SourceView } from '#stores/source-types.ts';

export interface MessageType {
  readonly connection: string;
  readonly type: string;
  readonly count: number;
  readonly lastAt: number;
}

/** The types of messages of all connections, the busiest first. */
export function byType(connections: SourceView['connections']): readonly MessageType[] {
  return connections
    .flatMap(({ name, byType: types }) =>
      Object.entries(types).map(([type, figures]) => ({ connection: name, type, ...figures })),
    )
    .sort((a, b) => b.count - a.count);
}
