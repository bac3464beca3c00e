/** What the connections of a session did, summed up. */
import type { MarketFigures } from '#server/markets/market.ts';
import type { ConnectionStats } from '#venues/venue.ts';

/** Reads all connections together; the rate is over the time since the last reading. */
export class ConnectionFigures {
  #messages = 0;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  read(connections: readonly ConnectionStats[], now: number): MarketFigures {
    const sum = (of: (connection: ConnectionStats) => number) =>
      connections.reduce((total, connection) => total + of(connection), 0);
    const messages = sum((each) => each.messages);
    const seconds = (now - this.#at) / 1000;
    const messagesPerSecond = seconds > 0 ? Math.round(((messages - this.#messages) / seconds) * 10) / 10 : 0;
    this.#messages = messages;
    this.#at = now;
    const busiest = connections
      .flatMap(({ latency }) => latency ?? [])
      .toSorted((a, b) => b.count - a.count)
      .at(0);
    const heard = connections.flatMap(({ lastMessageAt }) => lastMessageAt ?? []);
    return {
      latencyMs: busiest?.p50 ?? null,
      reconnects: sum((each) => each.reconnects),
      resyncs: sum((each) => each.resyncs),
      dropped: sum((each) => each.dropped),
      messages,
      messagesPerSecond,
      lastMessageAt: heard.length > 0 ? Math.max(...heard) : null,
    };
  }
}
