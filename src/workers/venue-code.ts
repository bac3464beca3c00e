/** The code of the one venue that is wanted, and what it is given. */
import { createDecoder } from '#venues/create-decoder.ts';
import { createSession } from '#venues/create-session.ts';
import { offsetOf } from '#venues/kit/iso-time.ts';
import type { Decoder, DecoderOptions, SessionPorts, VenueSession } from '#venues/venue.ts';
import type { FeedSetup } from './feed-protocol.ts';

export function createFeedSession(setup: FeedSetup, ports: SessionPorts): Promise<VenueSession> {
  const { kind, url, token, relayed } = setup;
  // What goes through the engine goes through it alone.
  const options = { ...decoderOptions(setup), url, polling: !relayed, ...(token !== undefined && { token }) };
  return createSession(kind, options, ports);
}

export function createFeedDecoder(setup: FeedSetup): Promise<Decoder> {
  return createDecoder(setup.kind, decoderOptions(setup));
}

function decoderOptions({ venue, instruments, zone }: FeedSetup): DecoderOptions {
  return { venue, instruments, ...(zone !== undefined && { zoneOffsetMs: offsetOf(zone) }) };
}
