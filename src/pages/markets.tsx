import { Link, useParams } from 'wouter';
import { DepthPanel } from '#features/depth/depth-panel.tsx';
import { useOwnTrading } from '#features/grid-detail/use-own-trading.ts';
import { OrderBookPanel } from '#features/order-book/order-book.tsx';
import { NewMarkets } from '#features/prediction/new-markets.tsx';
import { PredictionPanel } from '#features/prediction/prediction-panel.tsx';
import { PriceChart } from '#features/price-chart/price-chart.tsx';
import { useChartInterval } from '#features/price-chart/use-chart-interval.ts';
import { SpreadPanel } from '#features/spread/spread-panel.tsx';
import { useSpreadSampling } from '#features/spread/use-spread-sampling.ts';
import { TradesPanel } from '#features/trades/trades-panel.tsx';
import { MarketTitle } from '#features/watch-list/market-title.tsx';
import { useChosenInstrument } from '#features/watch-list/use-chosen-instrument.ts';
import { WatchList } from '#features/watch-list/watch-list.tsx';
import { buttonClass } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { anyText, oneOf, useNavigate, useSearchState } from '#ui/routing/use-search-state.ts';
import { Segmented } from '#ui/segmented.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import css from './markets.module.css';

const VIEWS = ['chart', 'book', 'trades', 'depth', 'list'] as const;

export function MarketsPage() {
  const t = useT();
  const navigate = useNavigate();
  const params = useParams<{ venue?: string; symbol?: string }>();
  const [venue, symbol] = [decoded(params.venue), decoded(params.symbol)];
  const { instrument, source, status, error } = useChosenInstrument(venue, symbol);
  // Grids and strategies trade on our own engine only; a foreign market of the same name is another one.
  const own = useOwnTrading(source?.own ? instrument : undefined);
  const [interval, setInterval] = useChartInterval('5m');
  const [view, setView] = useSearchState('view', symbol === undefined ? 'list' : 'chart', oneOf(VIEWS));
  const [spread, setSpread] = useSearchState('spread', '', anyText);
  useSpreadSampling();
  // The settings of the page stay, whatever instrument it shows; a phone goes on to the chart.
  const choose = (next: { readonly venue: string; readonly symbol: string }) => {
    const search = new URLSearchParams(location.search);
    search.delete('view');
    search.delete('spread');
    navigate(paths.market(next.venue, next.symbol, Object.fromEntries(search)));
  };

  // On a phone it stands where the chart does.
  const showSpread = (pair: string) => {
    const search = new URLSearchParams(location.search);
    if (symbol !== undefined) search.delete('view');
    else search.set('view', 'chart');
    search.set('spread', pair);
    navigate(`${location.pathname}?${search}`, { replace: true });
  };

  return (
    <div className={css.page} data-view={view}>
      {instrument && source ? (
        <div className={css.title}>
          <MarketTitle instrument={instrument} source={source} onSpread={showSpread} />
          {instrument.prediction && (
            <PredictionPanel instrument={instrument} market={instrument.prediction} onSelect={choose} />
          )}
        </div>
      ) : (
        <h1 className="visually-hidden">{t('markets.markets')}</h1>
      )}
      <div className={css.views}>
        <Segmented
          label={t('markets.view')}
          value={view}
          options={VIEWS.map((value) => ({ value, label: t(`markets.view_${value}`) }))}
          onChange={setView}
        />
      </div>
      {spread !== '' && (
        <SpreadPanel pair={spread} reference={instrument} onClose={() => setSpread('')} className={css.chart ?? ''} />
      )}
      {instrument && source ? (
        <>
          {spread === '' && (
            <PriceChart
              instrument={instrument}
              source={source}
              interval={interval}
              onInterval={setInterval}
              {...(own && { lines: own.lines, fills: own.fills })}
              fitted={false}
              className={css.chart ?? ''}
            />
          )}
          <OrderBookPanel
            instrument={instrument}
            source={source}
            {...(own && { own: own.own })}
            className={css.book ?? ''}
          />
          <DepthPanel instrument={instrument} source={source} className={css.depth ?? ''} />
          <TradesPanel instrument={instrument} source={source} className={css.trades ?? ''} />
        </>
      ) : (
        <div className={css.none}>
          {status === 'loading' ? (
            <SkeletonRows rows={12} />
          ) : error ? (
            <ErrorState error={error} />
          ) : (
            <EmptyState
              title={symbol === undefined ? t('markets.nothing_listed') : t('markets.unknown', { symbol })}
              text={symbol === undefined ? t('markets.nothing_listed_text') : t('markets.unknown_text')}
              action={
                <Link href={paths.settings()} className={buttonClass()}>
                  {t('markets.add_source')}
                </Link>
              }
            />
          )}
        </div>
      )}
      <WatchList
        selected={instrument ?? null}
        onSelect={choose}
        onSpread={showSpread}
        extra={<NewMarkets />}
        className={css.list ?? ''}
      />
    </div>
  );
}

/** The router leaves `%2F` as it is, so that a symbol's slash is none of the address's. */
function decoded(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
