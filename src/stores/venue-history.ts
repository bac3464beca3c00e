/** Bars of a venue source's instrument: history over REST where the venue has one, and what its worker tells. */
import { type Candle, type Interval, INTERVAL_MS } from '#domain/market-data.ts';
import type { SourceConfig } from '#domain/source.ts';
import { candlesPath, historyCandlesPath, MOST_CANDLES, parseCandles } from '#venues/okx/rest.ts';
import { candlesOf, parsePricesHistory, pricesHistoryPath } from '#venues/polymarket/rest.ts';
import type { CandleSource } from './market-candle-feed.ts';
import type { VenueFeedPorts } from './venue-feeds.ts';
import { getVenue, okxApi, type RestPorts } from './venue-rest.ts';

export interface VenueCandlePorts extends Pick<VenueFeedPorts, 'data' | 'hold'> {
  /** `null`: nobody is asked for what was before, as of a recording. */
  readonly rest: RestPorts | null;
}

type History = Pick<CandleSource, 'page' | 'history'>;

/** Bars begin with the first price that comes in. */
const NO_HISTORY: History = { page: 1, history: async () => [] };

export function venueCandles(
  { data, hold, rest }: VenueCandlePorts,
  config: SourceConfig,
  symbol: string,
  interval: Interval,
): CandleSource {
  return {
    ...(rest === null ? NO_HISTORY : historyOf(rest, config, symbol, interval)),
    onBar(listener) {
      const stops = [data.onCandle(symbol, interval, listener), hold({ feed: `candle_${interval}`, symbol })];
      return () => stops.forEach((stop) => stop());
    },
    onLive: (listener) => data.onLive((live) => live && listener()),
    onReset: (listener) => data.onReset(listener),
  };
}

function historyOf(rest: RestPorts, config: SourceConfig, symbol: string, interval: Interval): History {
  switch (config.kind) {
    case 'okx':
      return okxHistory(rest, config, symbol, interval);
    case 'polymarket':
      return polymarketHistory(rest, symbol, interval);
    default:
      return NO_HISTORY;
  }
}

function okxHistory(rest: RestPorts, config: SourceConfig, symbol: string, interval: Interval): History {
  const api = okxApi(config);
  return {
    page: MOST_CANDLES,
    async history(to, signal) {
      const path =
        to === undefined
          ? candlesPath({ symbol, interval })
          : historyCandlesPath({ symbol, interval, before: to + 1, limit: MOST_CANDLES });
      const answer = parseCandles(await getVenue(rest, api, path, signal), symbol);
      if (!answer.ok) throw new Error(answer.message);
      return answer.value satisfies readonly Candle[];
    },
  };
}

/** Bars a page of history spans. */
const SPAN_BARS = 500;
/** Points a bar is made of, where its length allows. */
const POINTS_A_BAR = 5;
const MINUTE_MS = 60_000;

/** M14: points of prices, of which bars are made; there are none where nothing was traded, so few need not be all. */
function polymarketHistory(rest: RestPorts, symbol: string, interval: Interval): History {
  const barMs = INTERVAL_MS[interval];
  const fidelity = Math.max(1, Math.floor(barMs / MINUTE_MS / POINTS_A_BAR));
  return {
    page: 1,
    async history(before, signal) {
      const to = before ?? rest.now();
      const from = to - (to % barMs) - (SPAN_BARS - 1) * barMs;
      const path = pricesHistoryPath(symbol, { from, to, fidelity });
      const points = parsePricesHistory(await getVenue(rest, 'polymarket-clob', path, signal));
      if (!points) throw new Error('the price history is of another shape');
      return candlesOf(points, interval);
    },
  };
}
