import type { Decoder, DecoderOptions, VenueKind } from './venue.ts';

/** Loads only the venue it is for. */
export async function createDecoder(kind: VenueKind, options: DecoderOptions): Promise<Decoder> {
  switch (kind) {
    case 'okx':
      return (await import('./okx/decoder.ts')).createOkxDecoder(options);
    case 'polymarket':
      return (await import('./polymarket/decoder.ts')).createPolymarketDecoder(options);
    case 'push':
      return (await import('./push/decoder.ts')).createPushDecoder(options);
    case 'trading-socketio':
      return (await import('./trading-socketio/decoder.ts')).createTradingSocketioDecoder(options);
    default:
      return kind satisfies never;
  }
}
