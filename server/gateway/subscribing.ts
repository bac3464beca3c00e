/** Z7, Z9–Z12, Z18: what of a `subscribe` is granted, and what the answer and the first events are. */
import { isChannelPattern } from '#domain/channel.ts';
import { familyOf } from '#protocol/channels.ts';
import type { ServerFrameOf } from '#protocol/envelope.ts';
import type { EventFrame } from './event-frame.ts';
import type { EventHub, Position, Seat } from './event-hub.ts';
import { maySee } from './subscriber-group.ts';

export interface Denied {
  readonly channel: string;
  readonly code: 'INVALID_CHANNEL' | 'FORBIDDEN' | 'SUBSCRIPTION_LIMIT';
  readonly message: string;
}

export interface SubscribeAnswer {
  readonly data: ServerFrameOf<'subscribed'>['data'];
  readonly denied: readonly Denied[];
  /** Replayed events, then current values. */
  readonly frames: readonly EventFrame[];
}

export function subscribeTo(
  hub: EventHub,
  seat: Seat,
  request: { readonly channels: readonly string[]; readonly after?: Position | undefined },
  maxSubscriptions: number,
): SubscribeAnswer {
  const granted: string[] = [];
  const denied: Denied[] = [];
  let active = seat.patterns.size;
  for (const channel of new Set(request.channels)) {
    const isNew = !seat.patterns.has(channel);
    if (!isChannelPattern(channel)) {
      denied.push({ channel, code: 'INVALID_CHANNEL', message: `not a channel: ${channel}` });
    } else if (!maySubscribe(seat, channel)) {
      denied.push({ channel, code: 'FORBIDDEN', message: `${channel} needs the role trader` });
    } else if (isNew && active >= maxSubscriptions) {
      denied.push({ channel, code: 'SUBSCRIPTION_LIMIT', message: `at most ${maxSubscriptions} subscriptions` });
    } else {
      if (isNew) active += 1;
      granted.push(channel);
    }
  }
  const { replay, current } = hub.subscribe(seat, granted, request.after);
  const position = request.after ? (replay ? { replayed: replay.length } : { gap: true }) : {};
  const data = {
    channels: [...seat.patterns.keys()],
    active_subscriptions: seat.patterns.size,
    ...(denied.length > 0 ? { denied: denied.map(({ channel, code }) => ({ channel, code })) } : {}),
    ...position,
  };
  return { data, denied, frames: [...(replay ?? []), ...current] };
}

/** A wildcard is what the role may see of it; a channel by name is forbidden out loud (Z7). */
function maySubscribe(seat: Seat, pattern: string): boolean {
  const family = familyOf(pattern);
  return family === undefined || maySee(seat.role, family);
}
