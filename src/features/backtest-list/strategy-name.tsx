import { useCommandQuery } from '#queries/commands.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { strategyLabel } from '#ui/format/strategy-words.ts';

/** In the reader's language where it is known, else as the engine names it. */
export function StrategyName({ id }: { readonly id: string }) {
  const t = useT();
  const catalog = useCommandQuery('strategy.catalog', {}).data?.strategies;
  return <>{strategyLabel({ id, label: catalog?.find((each) => each.id === id)?.label ?? id }, t)}</>;
}
