/** The control of the screen bench: React rows, rendered with every message. */
import { createRoot } from 'react-dom/client';
import { receive, useMarket, type Level } from './store.ts';

const SYMBOL = 'BTC-USDT';
const WATCHED = [SYMBOL, 'ETH-USDT', 'SOL-USDT', 'PEPE-USDT', 'BTC-USDT-SWAP', 'ETH-USDT-SWAP'];
const ROWS = 15;

function Side({ levels }: { readonly levels: readonly Level[] }) {
  return (
    <div role="table">
      {levels.map(([price, size]) => (
        <div key={price}>
          <span>{price}</span> <span>{size}</span>
        </div>
      ))}
    </div>
  );
}

function Page() {
  const { bids, asks, trades, tickers } = useMarket();
  return (
    <>
      <section>
        <Side levels={asks.slice(0, ROWS).toReversed()} />
        <div>
          <b>{tickers[SYMBOL]?.['last']}</b>
        </div>
        <Side levels={bids.slice(0, ROWS)} />
      </section>
      <section>
        {trades.map(({ tradeId, px, sz, side }) => (
          <div key={tradeId}>
            {side} {px} {sz}
          </div>
        ))}
      </section>
      <section>
        {Object.entries(tickers).map(([symbol, { last, vol24h }]) => (
          <div key={symbol}>
            {symbol} {last} {vol24h}
          </div>
        ))}
      </section>
    </>
  );
}

const root = document.getElementById('root');
if (root) createRoot(root).render(<Page />);

function connect(path: string, args: readonly object[]): void {
  const socket = new WebSocket(`${new URLSearchParams(location.search).get('venue')}/ws/v5/${path}`);
  socket.addEventListener('open', () => socket.send(JSON.stringify({ op: 'subscribe', args })));
  socket.addEventListener('message', ({ data }) => receive(String(data)));
}

connect('public', [
  ...WATCHED.map((instId) => ({ channel: 'tickers', instId })),
  { channel: 'trades', instId: SYMBOL },
  { channel: 'books', instId: SYMBOL },
]);
connect('business', [{ channel: 'candle5m', instId: SYMBOL }]);
