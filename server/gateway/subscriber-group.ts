/**
 * Clients that subscribe to the same patterns with the same sight. What is published in one tick is joined once for
 * all of them, and each gets it with one socket write.
 */
import { channelMatches } from '#domain/channel.ts';
import { channelRole, type Family } from '#protocol/channels.ts';
import { roleAllows, type Role } from '#protocol/roles.ts';
import type { EventFrame } from './event-frame.ts';

export interface Receiver {
  deliver(frames: readonly EventFrame[], joined: Buffer): void;
}

/** Z7: `*` and other wildcards are everything the role may see. */
export function maySee(role: Role, family: Family): boolean {
  return roleAllows(role, channelRole(family));
}

/** Clients with equal keys get the same events. */
export function groupKey(role: Role, patterns: Iterable<string>): string {
  return [maySee(role, 'system.log') ? 'all' : 'viewer', ...[...patterns].sort()].join('\n');
}

export class SubscriberGroup {
  readonly members = new Set<Receiver>();
  readonly #role: Role;
  readonly #patterns: readonly string[];
  #pending: EventFrame[] = [];

  constructor(role: Role, patterns: Iterable<string>) {
    this.#role = role;
    this.#patterns = [...patterns];
  }

  wants(channel: string, family: Family): boolean {
    return maySee(this.#role, family) && this.#patterns.some((pattern) => channelMatches(pattern, channel));
  }

  /** Whether this was the first since the last flush. */
  add(frame: EventFrame): boolean {
    return this.#pending.push(frame) === 1;
  }

  flush(): void {
    const frames = this.#pending;
    const [first] = frames;
    if (!first) return;
    this.#pending = [];
    const joined = frames.length === 1 ? first.bytes : Buffer.concat(frames.map((frame) => frame.bytes));
    for (const member of this.members) member.deliver(frames, joined);
  }
}
