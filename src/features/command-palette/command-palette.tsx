import { Command } from 'cmdk';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useClient } from '#queries/client-context.tsx';
import { useCommandQuery } from '#queries/commands.ts';
import { usePreferencesStore } from '#stores/preferences-context.tsx';
import { useSession } from '#stores/session-context.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Icon, type IconName } from '#ui/icon.tsx';
import type { MessageKey } from '#ui/i18n/keys.ts';
import { strategyLabel } from '#ui/format/strategy-words.ts';
import { venueName } from '#ui/format/venue-name.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { StrategyStateTag } from '#ui/strategy-tags.tsx';
import { matchScore } from './match-score.ts';
import styles from './command-palette.module.css';

export interface PaletteProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly pages: readonly { readonly path: string; readonly name: MessageKey; readonly icon: IconName }[];
  readonly onKillSwitch: () => void;
  readonly onNotifications: () => void;
  readonly onShortcuts: () => void;
}

/** Ctrl/⌘ K: pages, instruments, grids, strategies and actions, by typing a part of the name. */
export function CommandPalette(props: PaletteProps) {
  const t = useT();
  return (
    <Dialog open={props.open} onClose={props.onClose} title={t('frame.search')} bare side="top" width={560}>
      <Palette {...props} />
    </Dialog>
  );
}

function Palette({ onClose, pages, onKillSwitch, onNotifications, onShortcuts }: PaletteProps) {
  const t = useT();
  const [, navigate] = useLocation();
  const client = useClient();
  const session = useSession();
  const preferences = usePreferencesStore();
  const instruments = useCommandQuery('market.instruments', {}).data?.instruments ?? [];
  const grids = useCommandQuery('grid.list', {}).data?.grids ?? [];
  const strategies = useCommandQuery('strategy.list', {}).data?.strategies ?? [];

  const go = (path: string) => () => {
    onClose();
    navigate(path);
  };
  const act = (action: () => void) => () => {
    onClose();
    action();
  };
  const toggleTheme = () => {
    const { theme } = document.documentElement.dataset;
    preferences.setState({ theme: theme === 'light' ? 'dark' : 'light' });
  };
  const signOut = () => void session.signOut().finally(() => location.assign('/'));

  return (
    <Command
      label={t('frame.search')}
      loop
      filter={(_value, search, keywords = []) => matchScore(keywords.join(' '), search)}
    >
      <Command.Input className={styles['input']} placeholder={t('desk.search_placeholder')} />
      <Command.List label={t('desk.suggestions')} className={styles['list']}>
        <Command.Empty className={styles['empty']}>{t('desk.nothing_found')}</Command.Empty>
        <Command.Group heading={t('desk.actions')}>
          <Item value="new-grid" text={t('desk.new_grid')} icon="plus" onSelect={go(paths.newGrid())} />
          <Item value="new-strategy" text={t('desk.new_strategy')} icon="plus" onSelect={go(paths.newStrategy())} />
          <Item value="new-backtest" text={t('desk.new_backtest')} icon="plus" onSelect={go(paths.newBacktest())} />
          <Item
            value="sweeps"
            text={t('desk.sweeps')}
            icon="backtests"
            onSelect={go(paths.backtests({ tab: 'sweeps' }))}
          />
          <Item
            value="data-sets"
            text={t('desk.data_sets')}
            icon="backtests"
            onSelect={go(paths.backtests({ tab: 'data' }))}
          />
          <Item value="kill-switch" text={t('frame.kill_switch')} icon="power" onSelect={onKillSwitch} />
          <Item value="notifications" text={t('desk.notifications')} icon="bell" onSelect={onNotifications} />
          <Item value="reconnect" text={t('desk.reconnect')} icon="restart" onSelect={act(() => client.reconnect())} />
          <Item value="theme" text={t('desk.toggle_theme')} icon="settings" onSelect={act(toggleTheme)} />
          <Item value="shortcuts" text={t('desk.shortcuts')} icon="info" onSelect={onShortcuts} />
          <Item value="sign-out" text={t('desk.sign_out')} icon="external" onSelect={act(signOut)} />
        </Command.Group>
        <Command.Group heading={t('frame.pages')}>
          {pages.map(({ path, name, icon }) => (
            <Item key={path} value={`page ${path}`} text={t(name)} icon={icon} onSelect={go(path)} />
          ))}
        </Command.Group>
        <Command.Group heading={t('desk.instruments')}>
          {instruments.map(({ venue, symbol }) => (
            <Item
              key={`${venue} ${symbol}`}
              value={`instrument ${venue} ${symbol}`}
              text={symbol}
              icon="markets"
              aside={venueName(venue)}
              onSelect={go(paths.market(venue, symbol))}
            />
          ))}
        </Command.Group>
        <Command.Group heading={t('frame.grids')}>
          {grids.map(({ id, config, state }) => (
            <Item
              key={id}
              value={`grid ${id}`}
              text={config.name ?? `${config.pair} ${id}`}
              icon="grids"
              aside={t(`desk.state_${state}`)}
              onSelect={go(paths.grid(id))}
            />
          ))}
        </Command.Group>
        <Command.Group heading={t('frame.strategies')}>
          {strategies.map(({ id, config, state }) => (
            <Item
              key={id}
              value={`strategy ${id}`}
              text={`${config.name ?? strategyLabel({ id: config.strategy, label: config.strategy }, t)} ${config.symbol}`}
              icon="strategies"
              aside={<StrategyStateTag state={state} />}
              onSelect={go(paths.strategy(id))}
            />
          ))}
        </Command.Group>
      </Command.List>
    </Command>
  );
}

interface ItemProps {
  readonly value: string;
  readonly text: string;
  readonly icon: IconName;
  readonly aside?: ReactNode;
  readonly onSelect: () => void;
}

function Item({ value, text, icon, aside, onSelect }: ItemProps) {
  return (
    <Command.Item value={value} keywords={[text]} className={styles['item']} onSelect={onSelect}>
      <Icon name={icon} size={14} />
      {text}
      <span className="grow" />
      <span className="faint">{aside}</span>
    </Command.Item>
  );
}
