/** What a grid's page draws into its chart, stable between changes, so that a tick redraws nothing. */
import { useMemo } from 'react';
import { formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { gridLines } from './grid-lines.ts';
import type { GridPageModel } from './use-grid.ts';

export function useGridChart({ view, orders, fills, instrument }: GridPageModel) {
  const t = useT();
  const config = view?.config;
  const tickSize = instrument?.tickSize;
  const lines = useMemo(() => {
    if (!config) return [];
    return gridLines({ config }, orders, {
      price: (price) => formatPrice(price, tickSize),
      stopLoss: t('markets.stop_loss_short'),
      takeProfit: t('markets.take_profit_short'),
    });
  }, [config, orders, tickSize, t]);
  return { lines, fills, own: orders };
}
