/** What all my grids do on one instrument: for its chart and its order book. */
import { useMemo } from 'react';
import { channelSegment } from '#domain/channel.ts';
import type { GridView } from '#protocol/shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { useSelect } from '#stores/environment.tsx';
import { gridsStore } from '#stores/grids-store.ts';
import { openOrdersStore } from '#stores/open-orders.ts';
import { chartFillsStore } from '#stores/recent-fills.ts';
import { formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { gridLines } from './grid-lines.ts';

const ENDED: ReadonlySet<GridView['state']> = new Set(['stopped', 'stop_loss', 'take_profit', 'error']);

const same = (a: string, b: string) => a === b || channelSegment(a) === channelSegment(b);

/** `undefined`: no grid has ever traded it. */
export function useOwnTrading(instrument: ListedInstrument | undefined) {
  const t = useT();
  const all = useSelect(gridsStore, ({ grids }) => grids);
  const allOrders = useSelect(openOrdersStore, ({ orders }) => orders);
  const allFills = useSelect(chartFillsStore, ({ fills }) => fills);
  const grids = useMemo(() => {
    if (!instrument) return [];
    const { venue, symbol } = instrument;
    return [...all.values()].filter(
      ({ config }) => same(config.pair, symbol) && (config.venue === undefined || same(config.venue, venue)),
    );
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
    const ids = new Set(drawn.map(([id]) => id));
    return (allFills ?? []).filter(({ grid_id }) => ids.has(grid_id));
  }, [drawn, allFills]);
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
  return drawn.length === 0 ? undefined : { lines, fills, own };
}
