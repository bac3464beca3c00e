/** Bars that an engine tells. */
import type { ProtocolClient } from '#client/types.ts';
import { channelSegment } from '#domain/channel.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Interval } from '#domain/market-data.ts';
import { sourceOf } from '#domain/source.ts';
import type { CandleSource } from './market-candle-feed.ts';
import { watchLive } from './market-connection.ts';

const PAGE = 500;

export function engineCandles(
  client: ProtocolClient,
  { venue: qualified, symbol }: Pick<Instrument, 'venue' | 'symbol'>,
  interval: Interval,
): CandleSource {
  const { venue } = sourceOf(qualified);
  const pattern =
    `market.${channelSegment(venue)}.${channelSegment(symbol)}.candle_${interval}` as `market.${string}.${string}.candle_1m`;
  return {
    page: PAGE,
    async history(to, signal) {
      const params = { venue, instrument: symbol, interval, limit: PAGE, ...(to !== undefined && { to }) };
      const { candles } = await client.command('market.candles', params, { signal });
      return candles;
    },
    onBar: (listener) => client.subscribe(pattern, ({ data }) => listener(data)),
    onLive: (listener) => watchLive(client, (live) => live && listener()),
  };
}
