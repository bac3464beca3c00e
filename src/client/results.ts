/** Answers against the protocol's own schemas. A module of its own, as no first price waits for it. */
import { commands, type Action, type Result } from '#protocol/commands.ts';

export type ResultParser = <A extends Action>(action: A, data: unknown) => { readonly data: Result<A> } | undefined;

/** `undefined`: the data has the wrong shape. */
export const parseResult: ResultParser = <A extends Action>(action: A, data: unknown) => {
  const parsed = commands[action].result.safeParse(data);
  // The compiler cannot pair a generic action with its own schema's output; the table is that pairing.
  return parsed.success ? { data: parsed.data as Result<A> } : undefined;
};
