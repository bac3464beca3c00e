/** Bars of a venue source's instrument: history over REST where the venue has one, and what its worker tells. */
import type { Candle, Interval } from '#domain/market-data.ts';
import type { SourceConfig } from '#domain/source.ts';
import { candlesPath, historyCandlesPath, MOST_CANDLES, parseCandles } from '#venues/okx/rest.ts';
import type { CandleSource } from './market-candle-feed.ts';
import type { VenueFeedPorts } from './venue-feeds.ts';
import { getVenue, okxApi, type RestPorts } from './venue-rest.ts';

export interface VenueCandlePorts extends Pick<VenueFeedPorts, 'data' | 'hold'> {
  readonly rest: RestPorts;
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
    ...historyOf(rest, config, symbol, interval),
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
