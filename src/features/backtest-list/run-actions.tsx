/** What can be done with one run: cancel while it works; repeat, rename, delete. */
import { useState } from 'react';
import type { BacktestView } from '#protocol/backtest-shapes.ts';
import { commandKey, useCommandMutation } from '#queries/commands.ts';
import { useQueries } from '#queries/query-client.ts';
import { useMay } from '#stores/connection.ts';
import { IconButton } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Menu } from '#ui/menu.tsx';
import { RenameOrDelete } from '#ui/rename-or-delete.tsx';
import { configSearch } from '#ui/routing/config-search.ts';
import { paths } from '#ui/routing/routes.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';
import css from './backtest-list.module.css';
import { isOpen } from './progress-cell.tsx';

export function RunActions({ run }: { readonly run: BacktestView }) {
  const t = useT();
  const navigate = useNavigate();
  const queries = useQueries();
  const mayTrade = useMay('trader');
  const [asking, setAsking] = useState<'name' | 'delete' | null>(null);
  const done = () => {
    setAsking(null);
    void queries.invalidateQueries({ queryKey: commandKey('backtest.list') });
  };
  const cancel = useCommandMutation('backtest.cancel', { onSuccess: done });
  const rename = useCommandMutation('backtest.rename', { meta: { quiet: true }, onSuccess: done });
  const remove = useCommandMutation('backtest.delete', { meta: { quiet: true }, onSuccess: done });
  const { id, name, state, config } = run;
  return (
    <span className={css.actions}>
      {isOpen(state) && mayTrade && (
        <IconButton
          icon="stop"
          size="s"
          className={css.cancel}
          label={t('backtests.cancel_backtest')}
          pending={cancel.isPending}
          onClick={(event) => {
            event.stopPropagation();
            cancel.mutate({ id });
          }}
        />
      )}
      <span onClick={(event) => event.stopPropagation()} role="presentation">
        <Menu
          trigger={<IconButton icon="more" size="s" label={t('backtests.actions_of', { name })} />}
          items={[
            ...(isOpen(state) && mayTrade
              ? [
                  {
                    label: t('backtests.cancel_backtest'),
                    icon: 'stop' as const,
                    onSelect: () => cancel.mutate({ id }),
                  },
                ]
              : []),
            {
              label: t('backtests.repeat'),
              icon: 'restart',
              onSelect: () => navigate(paths.newBacktest({ config: configSearch(config) })),
            },
            { label: t('backtests.rename'), icon: 'edit', disabled: !mayTrade, onSelect: () => setAsking('name') },
            'separator',
            {
              label: t('backtests.delete'),
              icon: 'close',
              danger: true,
              disabled: !mayTrade || isOpen(state),
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
            question: t('backtests.delete_run_text', { name }),
          }}
          rename={rename}
          remove={remove}
          onName={(next) => rename.mutate({ id, name: next })}
          onDelete={() => remove.mutate({ id })}
          onClose={() => setAsking(null)}
        />
      </span>
    </span>
  );
}
