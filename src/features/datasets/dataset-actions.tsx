import { useState } from 'react';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import { commandKey, useCommandMutation } from '#queries/commands.ts';
import { useQueries } from '#queries/query-client.ts';
import { useMay } from '#stores/connection.ts';
import { IconButton } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Menu } from '#ui/menu.tsx';
import { RenameOrDelete } from '#ui/rename-or-delete.tsx';
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
      <RenameOrDelete
        asking={asking}
        name={name}
        words={{
          rename: t('backtests.rename'),
          name: t('backtests.name'),
          delete: t('backtests.delete'),
          question: t('backtests.delete_data_text', { name }),
        }}
        rename={rename}
        remove={remove}
        onName={(next) => rename.mutate({ id, name: next })}
        onDelete={() => remove.mutate({ id })}
        onClose={() => setAsking(null)}
      />
    </>
  );
}
