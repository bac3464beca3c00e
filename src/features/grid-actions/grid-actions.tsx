/** What can be done with a grid, at the head of its page. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { GridView } from '#protocol/shapes.ts';
import { useClient } from '#queries/client-context.tsx';
import { useCommandMutation } from '#queries/commands.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { useMay, useOffers } from '#stores/connection.ts';
import { Button, IconButton } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Menu } from '#ui/menu.tsx';
import { paths } from '#ui/routing/routes.ts';
import { configSearch } from './config-search.ts';
import { fetchAllFills, fillsCsv, saveFile } from './export-csv.ts';
import { StopGridDialog } from './stop-grid-dialog.tsx';

export interface GridActionsProps {
  readonly grid: GridView;
  readonly instrument: ListedInstrument | undefined;
  readonly onEdit: () => void;
}

const ENDED: ReadonlySet<GridView['state']> = new Set(['stopped', 'stop_loss', 'take_profit', 'error']);

export function GridActions({ grid, instrument, onEdit }: GridActionsProps) {
  const t = useT();
  const [, navigate] = useLocation();
  const client = useClient();
  const mayTrade = useMay('trader');
  const [stopping, setStopping] = useState(false);
  const [exporting, setExporting] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const onError = (error: Error) => setProblem(error.message);
  const onMutate = () => setProblem(null);
  // Said here, beside the button.
  const meta = { quiet: true };
  const pause = useCommandMutation('grid.pause', { onError, onMutate, meta });
  const resume = useCommandMutation('grid.resume', { onError, onMutate, meta });
  const ended = ENDED.has(grid.state);
  const forbidden = mayTrade ? undefined : t('grids.needs_trader');
  // Z5: an engine that knows no pausing is not broken.
  const mayPause = useOffers(grid.state === 'paused' ? 'grid.resume' : 'grid.pause');
  const noPause = forbidden ?? (mayPause ? undefined : t('grids.not_offered'));

  const again = () => navigate(paths.newGrid(configSearch(grid.config, instrument?.venue ?? '')));
  const exportCsv = async () => {
    setExporting(true);
    setProblem(null);
    try {
      const fills = await fetchAllFills(client, grid.id);
      saveFile(`${grid.config.pair}-${grid.id}-fills.csv`, fillsCsv(fills));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setExporting(false);
    }
  };
  const copyLink = () => {
    const link = new URL(paths.newGrid(configSearch(grid.config, instrument?.venue ?? '')), location.href);
    navigator.clipboard.writeText(link.href).catch(onError);
  };

  return (
    <>
      {problem !== null && (
        <span role="alert" className="down">
          {problem}
        </span>
      )}
      {grid.state === 'paused' ? (
        <Button
          icon="play"
          pending={resume.isPending}
          disabledReason={noPause}
          onClick={() => resume.mutate({ id: grid.id })}
        >
          {t('grids.resume')}
        </Button>
      ) : (
        grid.state === 'running' && (
          <Button
            icon="pause"
            pending={pause.isPending}
            disabledReason={noPause}
            onClick={() => pause.mutate({ id: grid.id })}
          >
            {t('grids.pause')}
          </Button>
        )
      )}
      {!ended && (
        <Button disabledReason={forbidden} onClick={onEdit}>
          {t('grids.edit_grid')}
        </Button>
      )}
      <Menu
        trigger={<IconButton icon="more" label={t('grids.more_actions')} variant="default" pending={exporting} />}
        items={[
          { label: t('grids.duplicate'), icon: 'copy', onSelect: again },
          { label: t('grids.export_csv'), icon: 'download', onSelect: () => void exportCsv() },
          {
            label: t('grids.copy_parameters'),
            icon: 'link',
            disabled: navigator.clipboard === undefined,
            onSelect: copyLink,
          },
        ]}
      />
      {ended ? (
        <Button variant="primary" icon="restart" disabledReason={forbidden} onClick={again}>
          {t('grids.restart')}
        </Button>
      ) : (
        <Button variant="primary" disabledReason={forbidden} onClick={() => setStopping(true)}>
          {t('grids.stop_grid')}
        </Button>
      )}
      {stopping && <StopGridDialog grid={grid} instrument={instrument} onClose={() => setStopping(false)} />}
    </>
  );
}
