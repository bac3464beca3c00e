/** A source that is set up and switched off: it is listed, and does nothing. */
import type { SourceConfig } from '#domain/source.ts';
import { OrderBook } from '#domain/order-book.ts';
import type { SourceLink } from './source-link.ts';
import { listConfigured } from './source-listings.ts';
import { SourceFigures } from './source-figures.ts';

const nothing = () => () => undefined;

function still<T extends object>(state: T) {
  return { getState: () => state, getInitialState: () => state, subscribe: nothing };
}

export function createIdleLink(config: SourceConfig): SourceLink {
  const view = new SourceFigures(config, { phase: 'disabled' }).view();
  const off = () => Promise.reject(new Error('the source is switched off'));
  return {
    config,
    market: {
      book: (instrument) => {
        const book = new OrderBook(instrument);
        return still({ book, version: book.version, status: 'loading' as const, resyncs: 0 });
      },
      trades: () => still({ status: 'error' as const, trades: [] }),
      candles: () => ({
        ...still({ status: 'error' as const, error: null, bars: [], revision: 0, complete: true }),
        loadOlder: () => undefined,
        retry: () => undefined,
      }),
    },
    view: () => view,
    listings: () => (config.kind === 'engine' ? [] : listConfigured(config)),
    accounts: () => [],
    stale: true,
    engine: null,
    reconnect: () => undefined,
    authenticate: off,
    record: () => undefined,
    takeRecording: off,
    close: () => undefined,
  };
}
