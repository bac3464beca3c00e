const NAMES: Readonly<Record<string, string>> = {
  sim: 'SIM',
  okx: 'OKX',
  polymarket: 'Polymarket',
  push: 'Push',
  'trading-socketio': 'Socket.IO',
  replay: 'Replay',
};

/** A venue as its users write it. */
export function venueName(venue: string): string {
  return NAMES[venue] ?? venue;
}
