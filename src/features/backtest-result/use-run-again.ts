/** The same run once more, as it was asked for; its page opens. */
import type { BacktestConfig } from '#protocol/backtest-shapes.ts';
import { useCommandMutation } from '#queries/commands.ts';
import { useMay } from '#stores/connection.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';

export function useRunAgain(config: BacktestConfig) {
  const t = useT();
  const navigate = useNavigate();
  const mayTrade = useMay('trader');
  const mutation = useCommandMutation('backtest.run', {
    meta: { quiet: true },
    onSuccess: ({ backtest_id }) => navigate(paths.backtest(backtest_id)),
  });
  return {
    run: () => mutation.mutate(config),
    pending: mutation.isPending,
    problem: mutation.error?.message,
    forbidden: mayTrade ? undefined : t('backtests.needs_trader'),
  };
}
