import type { Decoder, DecoderOptions, VenueKind } from './venue.ts';

/** Loads only the venue it is for. */
export async function createDecoder(kind: VenueKind, options: DecoderOptions): Promise<Decoder> {
  switch (kind) {
    case 'okx':
      return (await import('./okx/decoder.ts')).createOkxDecoder(options);
    default:
      throw new RangeError(`no decoder for ${kind}`);
  }
}
