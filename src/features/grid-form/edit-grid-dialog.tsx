/** *Edit grid*: the same fields over the running grid's parameters (G15). */
import { useState } from 'react';
import type { GridConfig, GridView } from '#protocol/shapes.ts';
import { useCommandMutation } from '#queries/commands.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Icon } from '#ui/icon.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { BacktestPanel } from './backtest-panel.tsx';
import { fromConfig, regrids, toConfig, toPatch } from './draft.ts';
import { GridFields } from './grid-fields.tsx';
import css from './grid-form.module.css';
import { PreviewPanel } from './preview-panel.tsx';
import { landServerErrors } from './server-errors.ts';
import { useGridForm } from './use-grid-form.ts';

export interface EditGridDialogProps {
  readonly grid: GridView;
  readonly venue: string;
  readonly onClose: () => void;
}

export function EditGridDialog({ grid, venue, onClose }: EditGridDialogProps) {
  const t = useT();
  const [initial] = useState(() => fromConfig(grid.config, venue));
  const model = useGridForm(initial);
  const [failure, setFailure] = useState<string | null>(null);
  const update = useCommandMutation('grid.update_params', {
    meta: { quiet: true },
    onSuccess: onClose,
    onError: (error) => setFailure(landServerErrors(error, model.form, t)),
  });
  // What the grid runs with, in the form's own words, so that only what the user changed is sent.
  const before = toConfig(initial) as GridConfig;
  const patch = toPatch(before, toConfig(model.draft) as GridConfig);
  const unchanged = Object.keys(patch).length === 0;
  const submit = model.form.handleSubmit((values) => {
    setFailure(null);
    update.mutate({ id: grid.id, params: toPatch(before, toConfig(values) as GridConfig) });
  });

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('grids.edit_grid')}
      width={520}
      footer={
        <>
          <Button onClick={onClose}>{t('grids.cancel')}</Button>
          <Button
            variant="primary"
            pending={update.isPending}
            disabledReason={unchanged ? t('grids.nothing_changed') : undefined}
            onClick={() => void submit()}
          >
            {t('grids.apply')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!unchanged) void submit();
        }}
        noValidate
      >
        <GridFields model={model} fixedPair />
        {/* Enter submits from any field. */}
        <button type="submit" hidden>
          {t('grids.apply')}
        </button>
      </form>
      {regrids(patch) ? (
        <>
          <p className={css.warning}>
            <Icon name="info" size={14} /> {t('grids.regrid_text')}
          </p>
          <PreviewPanel model={model} />
          <BacktestPanel model={model} />
        </>
      ) : (
        <p className={css.note}>{t('grids.edit_text')}</p>
      )}
      {failure !== null && (
        <p className={css.failure} role="alert">
          {failure}
        </p>
      )}
    </Dialog>
  );
}
