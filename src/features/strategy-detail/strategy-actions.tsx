/** What can be done with a strategy, at the head of its page. */
import { useState } from 'react';
import type { BacktestConfig } from '#protocol/backtest-shapes.ts';
import type { StrategyView } from '#protocol/strategy-shapes.ts';
import { useCommandMutation } from '#queries/commands.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { useMay, useOffers } from '#stores/connection.ts';
import { hasEnded } from '#stores/strategies-merge.ts';
import { Button, IconButton } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Menu } from '#ui/menu.tsx';
import { configSearch } from '#ui/routing/config-search.ts';
import { paths } from '#ui/routing/routes.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';
import { StopStrategyDialog } from './stop-strategy-dialog.tsx';

export interface StrategyActionsProps {
  readonly strategy: StrategyView;
  readonly instrument: ListedInstrument | undefined;
  readonly onEdit: () => void;
}

export function StrategyActions({ strategy, instrument, onEdit }: StrategyActionsProps) {
  const t = useT();
  const navigate = useNavigate();
  const mayTrade = useMay('trader');
  const [stopping, setStopping] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const onError = (error: Error) => setProblem(error.message);
  const onMutate = () => setProblem(null);
  // Said here, beside the button.
  const meta = { quiet: true };
  const pause = useCommandMutation('strategy.pause', { onError, onMutate, meta });
  const resume = useCommandMutation('strategy.resume', { onError, onMutate, meta });
  const { id, config, state } = strategy;
  const ended = hasEnded(strategy);
  const forbidden = mayTrade ? undefined : t('strategies.needs_trader');
  // Z5: an engine that knows no pausing is not broken.
  const mayPause = useOffers(state === 'paused' ? 'strategy.resume' : 'strategy.pause');
  const noPause = forbidden ?? (mayPause ? undefined : t('strategies.not_offered'));

  const duplicate = () => {
    const { id: _id, ...again } = config;
    navigate(paths.newStrategy({ config: configSearch(again) }));
  };
  const backtest = () => {
    const run = {
      strategy: config.strategy,
      params: config.params,
      data: { symbol: config.symbol, timeframe: config.timeframe },
      ...(config.capital !== undefined && { config: { initial_capital: config.capital } }),
    } satisfies BacktestConfig;
    navigate(paths.newBacktest({ config: configSearch(run) }));
  };
  return (
    <>
      {problem !== null && (
        <span role="alert" className="down">
          {problem}
        </span>
      )}
      {state === 'paused' && (
        <Button icon="play" pending={resume.isPending} disabledReason={noPause} onClick={() => resume.mutate({ id })}>
          {t('strategies.resume')}
        </Button>
      )}
      {state === 'running' && (
        <Button icon="pause" pending={pause.isPending} disabledReason={noPause} onClick={() => pause.mutate({ id })}>
          {t('strategies.pause')}
        </Button>
      )}
      {!ended && (
        <Button disabledReason={forbidden} onClick={onEdit}>
          {t('strategies.edit_params')}
        </Button>
      )}
      <Menu
        trigger={<IconButton icon="more" label={t('strategies.more_actions')} variant="default" />}
        items={[
          { label: t('strategies.duplicate'), icon: 'copy', onSelect: duplicate },
          { label: t('strategies.backtest_params'), icon: 'backtests', onSelect: backtest },
        ]}
      />
      {ended ? (
        <Button variant="primary" icon="restart" disabledReason={forbidden} onClick={duplicate}>
          {t('strategies.restart')}
        </Button>
      ) : (
        <Button variant="primary" disabledReason={forbidden} onClick={() => setStopping(true)}>
          {t('strategies.stop_strategy')}
        </Button>
      )}
      {stopping && (
        <StopStrategyDialog strategy={strategy} instrument={instrument} onClose={() => setStopping(false)} />
      )}
    </>
  );
}
