/** One event as it goes out: encoded once, with what the slow path of a client must know about it (Z19). */
import { channelKind, familyOf, type ChannelKind, type Family } from '#protocol/channels.ts';
import type { BusEvent, CurrentValue } from '#server/bus.ts';
import { textFrame } from './ws-frame.ts';

export interface EventFrame {
  readonly channel: string;
  readonly family: Family;
  readonly kind: ChannelKind;
  readonly seq: number;
  readonly bytes: Buffer;
}

export function eventFrame(event: BusEvent, family: Family, seq: number): EventFrame {
  const { channel, timestamp, data } = event;
  const json = JSON.stringify({ type: 'event', timestamp, channel, event: event.event, seq, data });
  return { channel, family, kind: channelKind(family), seq, bytes: textFrame(json) };
}

/** `undefined`: not one of the protocol's channels. */
export function currentFrame(channel: string, current: CurrentValue, seq: number): EventFrame | undefined {
  const family = familyOf(channel);
  return family && eventFrame({ channel, ...current }, family, seq);
}
