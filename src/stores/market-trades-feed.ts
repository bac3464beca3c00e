/** The newest trades of one instrument, newest first, each once. */
import type { ProtocolClient } from '#client/types.ts';
import { channelSegment } from '#domain/channel.ts';
import type { Instrument } from '#domain/instrument.ts';
import type { Trade } from '#domain/market-data.ts';
import { sourceOf } from '#domain/source.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import { watchLive } from './market-connection.ts';
import { createFeed, type Feed } from './market-feed.ts';

export interface TradesFeedState {
  readonly status: 'loading' | 'ready' | 'error';
  /** Newest first. */
  readonly trades: readonly Trade[];
}

export const TAPE_LENGTH = 200;

/** Newest first, each id once, no longer than the tape. Trades of one time keep the order they came in. */
export function mergeTrades(current: readonly Trade[], incoming: readonly Trade[]): Trade[] {
  const known = new Set(current.map((trade) => trade.id));
  const fresh = incoming.filter((trade) => !known.has(trade.id) && known.add(trade.id));
  return [...fresh, ...current].sort((a, b) => b.ts - a.ts).slice(0, TAPE_LENGTH);
}

export function createTradesFeed(
  client: ProtocolClient,
  frames: FrameScheduler,
  { venue: qualified, symbol }: Pick<Instrument, 'venue' | 'symbol'>,
): Feed<TradesFeedState> {
  const { venue } = sourceOf(qualified);
  const named = (trade: Trade): Trade => (venue === qualified ? trade : { ...trade, venue: qualified });
  const pattern =
    `market.${channelSegment(venue)}.${channelSegment(symbol)}.trade` as `market.${string}.${string}.trade`;
  let state: TradesFeedState = { status: 'loading', trades: [] };

  return createFeed(state, (set) => {
    let pending: Trade[] = [];
    let open = true;
    const publish = () => {
      if (!open) return;
      state = { ...state, trades: mergeTrades(state.trades, pending) };
      pending = [];
      set(state);
    };
    const unsubscribe = client.subscribe(pattern, ({ data }) => {
      pending.unshift(named(data));
      // Hidden pages draw no frames; nobody will see more than the tape's length.
      if (pending.length > TAPE_LENGTH) pending.length = TAPE_LENGTH;
      frames.schedule(publish);
    });
    const load = () => {
      client.command('market.trades', { venue, instrument: symbol, limit: 100 }).then(
        ({ trades }) => {
          pending.push(...trades.map(named));
          state = { ...state, status: 'ready' };
          frames.schedule(publish);
        },
        () => {
          if (state.status === 'loading') state = { ...state, status: 'error' };
          frames.schedule(publish);
        },
      );
    };
    load();
    const unwatch = watchLive(client, (live) => {
      if (live) load();
    });
    return () => {
      open = false;
      unsubscribe();
      unwatch();
    };
  });
}
