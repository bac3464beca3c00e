/** M13: one trade advances, MATCHED → MINED → CONFIRMED; it is not repeated, and does not go back. */
import type { AccountFill } from '#domain/account.ts';

const RANKS: Readonly<Record<string, number>> = {
  MATCHED_NOT_BROADCASTED: 0,
  MATCHED: 1,
  // A transaction may be mined in vain, and sent again.
  MINED: 2,
  RETRYING: 2,
  CONFIRMED: 3,
  FAILED: 3,
};
/** Fills that may still advance are few; of old ones nothing more is heard. */
const MOST_FILLS = 2_000;

export class FillProgress {
  readonly #statuses = new Map<string, string>();

  /** Whether it says anything new. */
  advances({ id, status }: AccountFill): boolean {
    const before = this.#statuses.get(id);
    const now = status ?? '';
    if (before !== undefined && (before === now || rank(now) < rank(before) || rank(before) === RANKS['CONFIRMED'])) {
      return false;
    }
    this.#statuses.delete(id);
    this.#statuses.set(id, now);
    const oldest = this.#statuses.size > MOST_FILLS ? this.#statuses.keys().next() : undefined;
    if (oldest?.done === false) this.#statuses.delete(oldest.value);
    return true;
  }
}

/** A status we do not know is no step back. */
function rank(status: string): number {
  return RANKS[status.toUpperCase()] ?? 2;
}
