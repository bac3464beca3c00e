/** What all my grids do on one instrument, and what my strategies traded there: for its chart and its order book. */
import { useMemo } from 'react';
import { channelSegment } from '#domain/channel.ts';
import type { GridView } from '#protocol/shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { useSelect } from '#stores/environment.tsx';
import { gridsStore } from '#stores/grids-store.ts';
import { openOrdersStore } from '#stores/open-orders.ts';
import { chartFillsStore, chartStrategyFillsStore } from '#stores/recent-fills.ts';
import { strategiesStore } from '#stores/strategies-store.ts';
import { formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { gridLines } from './grid-lines.ts';

const ENDED: ReadonlySet<GridView['state']> = new Set(['stopped', 'stop_loss', 'take_profit', 'error']);

const same = (a: string, b: string) => a === b || channelSegment(a) === channelSegment(b);

interface Market {
  readonly symbol: string;
  readonly venue?: string | undefined;
}

const trades = (what: Market, { symbol, venue }: ListedInstrument) =>
  same(what.symbol, symbol) && (what.venue === undefined || same(what.venue, venue));

/** `undefined`: neither a grid nor a strategy has ever traded it. */
export function useOwnTrading(instrument: ListedInstrument | undefined) {
  const t = useT();
  const all = useSelect(gridsStore, ({ grids }) => grids);
  const allOrders = useSelect(openOrdersStore, ({ orders }) => orders);
  const allFills = useSelect(chartFillsStore, ({ fills }) => fills);
  const strategyFills = useSelect(chartStrategyFillsStore, ({ fills }) => fills);
  // A string, for figures change all the time.
  const strategyIds = useSelect(strategiesStore, ({ strategies }) =>
    [...strategies.values()]
      .flatMap(({ id, config }) => (instrument && trades(config, instrument) ? id : []))
      .join(' '),
  );
  const grids = useMemo(() => {
    if (!instrument) return [];
    return [...all.values()].filter(({ config: { pair: symbol, venue } }) => trades({ symbol, venue }, instrument));
  }, [all, instrument]);
  // Figures change all the time, what is drawn does not: a tick must redraw nothing.
  const key = JSON.stringify(grids.map(({ id, state, config }) => [id, ENDED.has(state), config]));
  const drawn = useMemo(() => JSON.parse(key) as [id: string, ended: boolean, config: GridView['config']][], [key]);
  const tickSize = instrument?.tickSize;
  const own = useMemo(() => {
    const ids = new Set(drawn.map(([id]) => id));
    return allOrders.filter(({ grid_id }) => ids.has(grid_id));
  }, [drawn, allOrders]);
  const fills = useMemo(() => {
    const ids = new Set([...drawn.map(([id]) => id), ...strategyIds.split(' ')]);
    return [
      ...(allFills ?? []).filter(({ grid_id }) => ids.has(grid_id)),
      ...(strategyFills ?? []).filter(({ strategy_id }) => ids.has(strategy_id)),
    ];
  }, [drawn, strategyIds, allFills, strategyFills]);
  const lines = useMemo(() => {
    const texts = {
      price: (price: number) => formatPrice(price, tickSize),
      stopLoss: t('markets.stop_loss_short'),
      takeProfit: t('markets.take_profit_short'),
    };
    return drawn.flatMap(([id, ended, config]) => {
      const orders = own.filter(({ grid_id }) => grid_id === id);
      // Orders that were left behind still rest.
      return ended && orders.length === 0 ? [] : gridLines({ config }, orders, texts);
    });
  }, [drawn, own, tickSize, t]);
  return drawn.length === 0 && strategyIds === '' ? undefined : { lines, fills, own };
}
