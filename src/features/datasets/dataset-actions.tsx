import { useState } from 'react';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import { commandKey, useCommandMutation } from '#queries/commands.ts';
import { useQueries } from '#queries/query-client.ts';
import { useMay } from '#stores/connection.ts';
import { IconButton } from '#ui/button.tsx';
import { ConfirmDialog, NameDialog } from '#ui/confirm-dialog.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Menu } from '#ui/menu.tsx';
import { paths } from '#ui/routing/routes.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';

export function DatasetActions({
  dataset,
  onPreview,
}: {
  readonly dataset: DatasetView;
  readonly onPreview: () => void;
}) {
  const t = useT();
  const navigate = useNavigate();
  const queries = useQueries();
  const [asking, setAsking] = useState<'name' | 'delete' | null>(null);
  const done = () => {
    setAsking(null);
    void queries.invalidateQueries({ queryKey: commandKey('data.list') });
  };
  const rename = useCommandMutation('data.rename', { meta: { quiet: true }, onSuccess: done });
  const remove = useCommandMutation('data.delete', { meta: { quiet: true }, onSuccess: done });
  const mayTrade = useMay('trader');
  const { id, name, source, state } = dataset;
  // The engine's own market is neither named nor deleted here.
  const isOwn = mayTrade && source !== 'market';
  return (
    <>
      <Menu
        trigger={<IconButton icon="more" size="s" label={t('backtests.actions_of', { name })} />}
        items={[
          {
            label: t('backtests.use_data'),
            icon: 'play',
            disabled: state !== 'ready',
            onSelect: () => navigate(paths.newBacktest({ dataset: id })),
          },
          { label: t('backtests.preview'), icon: 'info', disabled: state !== 'ready', onSelect: onPreview },
          { label: t('backtests.rename'), icon: 'edit', disabled: !isOwn, onSelect: () => setAsking('name') },
          'separator',
          {
            label: t('backtests.delete'),
            icon: 'close',
            danger: true,
            disabled: !isOwn,
            onSelect: () => setAsking('delete'),
          },
        ]}
      />
      {asking === 'name' && (
        <NameDialog
          title={t('backtests.rename')}
          action={t('backtests.rename')}
          label={t('backtests.name')}
          name={name}
          pending={rename.isPending}
          error={rename.error?.message}
          onClose={() => setAsking(null)}
          onName={(next) => rename.mutate({ id, name: next })}
        />
      )}
      {asking === 'delete' && (
        <ConfirmDialog
          title={t('backtests.delete')}
          action={t('backtests.delete')}
          pending={remove.isPending}
          error={remove.error?.message}
          onClose={() => setAsking(null)}
          onConfirm={() => remove.mutate({ id })}
        >
          {t('backtests.delete_data_text', { name })}
        </ConfirmDialog>
      )}
    </>
  );
}
