/** What can be done with a finished run, at the head of its page. */
import { useEffect, useRef, useState } from 'react';
import type { BacktestResult } from '#protocol/backtest-shapes.ts';
import { useClient } from '#queries/client-context.tsx';
import { commandKey, useCommandMutation } from '#queries/commands.ts';
import { findInstrument, useInstruments } from '#queries/instruments.ts';
import { useQueries } from '#queries/query-client.ts';
import { useMay } from '#stores/connection.ts';
import { Button, IconButton } from '#ui/button.tsx';
import { formatCount } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Menu } from '#ui/menu.tsx';
import { RenameOrDelete } from '#ui/rename-or-delete.tsx';
import { paths } from '#ui/routing/routes.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';
import { copyText, saveFile } from '#ui/save-file.ts';
import { liveLink, repeatLink } from './config-links.ts';
import { fileName, fillsCsv, tradesCsv } from './export-records.ts';
import { fetchAllFills, fetchAllTrades } from './fetch-records.ts';
import { isOpen } from './use-backtest.ts';
import { verifyRun } from './verify-run.ts';

interface Said {
  readonly text: string;
  readonly tone: 'dim' | 'up' | 'down';
}

export function ResultActions({ run }: { readonly run: BacktestResult }) {
  const t = useT();
  const client = useClient();
  const queries = useQueries();
  const navigate = useNavigate();
  const mayTrade = useMay('trader');
  const instruments = useInstruments().data?.instruments ?? [];
  const [asking, setAsking] = useState<'name' | 'delete' | null>(null);
  const [busy, setBusy] = useState<'export' | 'verify' | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);
  const meta = { quiet: true };
  const forget = () => {
    setAsking(null);
    for (const action of ['backtest.list', 'backtest.get'] as const) {
      void queries.invalidateQueries({ queryKey: commandKey(action) });
    }
  };
  const rename = useCommandMutation('backtest.rename', { meta, onSuccess: forget });
  const remove = useCommandMutation('backtest.delete', {
    meta,
    onSuccess: () => {
      navigate(paths.backtests());
      void queries.invalidateQueries({ queryKey: commandKey('backtest.list') });
    },
  });
  const { id, name, config, dataset } = run;
  const done = run.result !== null;
  const symbol = dataset?.symbol ?? config.data.symbol ?? '';
  const market = findInstrument(instruments, undefined, symbol);
  const forbidden = mayTrade ? undefined : t('backtests.needs_trader');

  const work = async (what: 'export' | 'verify', task: () => Promise<Said | null>) => {
    setBusy(what);
    setSaid(null);
    try {
      setSaid(await task());
    } catch (reason) {
      if (!leaving.current.signal.aborted) {
        setSaid({ text: reason instanceof Error ? reason.message : String(reason), tone: 'down' });
      }
    } finally {
      setBusy(null);
    }
  };
  const save = (ending: string, make: () => Promise<string>, type: string) =>
    void work('export', async () => {
      saveFile(fileName(name, id, ending), await make(), type);
      return null;
    });
  const exportJson = async () => {
    const [trades, fills] = [await fetchAllTrades(client, id), await fetchAllFills(client, id)];
    return JSON.stringify({ ...run, trades, fills }, undefined, 2);
  };
  const verify = () =>
    void work('verify', async () => {
      const { fills, differences } = await verifyRun(client, run, leaving.current.signal);
      return differences.length === 0
        ? { text: t('backtests.verified', { fills: formatCount(fills) }), tone: 'up' }
        : { text: t('backtests.not_verified', { names: differences.join(', ') }), tone: 'down' };
    });
  const copy = async (path: string) => {
    const copied = await copyText(new URL(path, location.href).href);
    setSaid({ text: t(copied ? 'backtests.copied' : 'backtests.copy_failed'), tone: copied ? 'dim' : 'down' });
  };
  const startLabel = t(config.strategy === 'grid' ? 'backtests.start_grid' : 'backtests.start_strategy');

  return (
    <>
      {said && (
        <span role={said.tone === 'down' ? 'alert' : 'status'} className={said.tone}>
          {said.text}
        </span>
      )}
      {busy === 'verify' && (
        <span role="status" className="dim">
          {t('backtests.verifying')}
        </span>
      )}
      <Button icon="restart" onClick={() => navigate(repeatLink(config))}>
        {t('backtests.repeat')}
      </Button>
      {done && (
        <Button
          icon="check"
          pending={busy === 'verify'}
          disabledReason={forbidden}
          title={t('backtests.verify_text')}
          onClick={verify}
        >
          {t('backtests.verify')}
        </Button>
      )}
      <Menu
        trigger={
          <IconButton
            icon="more"
            label={t('backtests.actions_of', { name })}
            variant="default"
            pending={busy === 'export'}
          />
        }
        items={[
          ...(done
            ? [
                {
                  label: t('backtests.export_csv'),
                  icon: 'download' as const,
                  onSelect: () =>
                    save('-trades.csv', async () => tradesCsv(await fetchAllTrades(client, id)), 'text/csv'),
                },
                {
                  label: t('backtests.export_fills'),
                  icon: 'download' as const,
                  onSelect: () => save('-fills.csv', async () => fillsCsv(await fetchAllFills(client, id)), 'text/csv'),
                },
                {
                  label: t('backtests.export_json'),
                  icon: 'download' as const,
                  onSelect: () => save('.json', exportJson, 'application/json'),
                },
              ]
            : []),
          {
            label: t('backtests.compare'),
            icon: 'filter',
            onSelect: () => navigate(paths.compareBacktests({ ids: id })),
          },
          { label: t('backtests.copy_link'), icon: 'link', onSelect: () => void copy(paths.backtest(id)) },
          { label: t('backtests.copy_parameters'), icon: 'copy', onSelect: () => void copy(repeatLink(config)) },
          'separator',
          { label: t('backtests.rename'), icon: 'edit', disabled: !mayTrade, onSelect: () => setAsking('name') },
          {
            label: t('backtests.delete'),
            icon: 'close',
            danger: true,
            disabled: !mayTrade || isOpen(run.state),
            onSelect: () => setAsking('delete'),
          },
        ]}
      />
      {done && (
        <Button
          variant="primary"
          icon="play"
          disabledReason={forbidden}
          onClick={() => navigate(liveLink(config, symbol, dataset?.timeframe ?? '', market))}
        >
          {startLabel}
        </Button>
      )}
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
    </>
  );
}
