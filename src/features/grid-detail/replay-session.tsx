/** The grid's recorded session once more, as a backtest that says whether every order and fill comes out the same. */
import type { GridView } from '#protocol/shapes.ts';
import { useCommandMutation } from '#queries/commands.ts';
import { useMay } from '#stores/connection.ts';
import { Button } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';

/** Of a backtest's name, as the engine takes it. */
const NAME_LENGTH = 80;

export function ReplaySession({ grid }: { readonly grid: Pick<GridView, 'id' | 'config'> }) {
  const t = useT();
  const navigate = useNavigate();
  const mayTrade = useMay('trader');
  const run = useCommandMutation('backtest.run', {
    onSuccess: ({ backtest_id }) => navigate(paths.backtest(backtest_id)),
  });
  const { id, config } = grid;
  const name = (config.name || `${config.pair} ${id}`).slice(0, NAME_LENGTH);
  const start = () => run.mutate({ strategy: 'grid', params: {}, data: { session: id }, name });
  return (
    <Button
      size="s"
      variant="ghost"
      pending={run.isPending}
      disabledReason={mayTrade ? undefined : t('grids.needs_trader')}
      title={t('grids.replay_backtest_title')}
      onClick={start}
    >
      {t('grids.replay_backtest')}
    </Button>
  );
}
