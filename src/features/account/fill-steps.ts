/** How far a trade has come that settles on a chain (M13). */

export const STEPS = ['matched', 'mined', 'confirmed'] as const;
export type Step = (typeof STEPS)[number];

export interface FillProgress {
  /** The last step reached. */
  readonly step: Step;
  readonly state: 'under_way' | 'retrying' | 'failed' | 'done';
}

const PROGRESS: Readonly<Record<string, FillProgress>> = {
  MATCHED: { step: 'matched', state: 'under_way' },
  MATCHED_NOT_BROADCASTED: { step: 'matched', state: 'under_way' },
  RETRYING: { step: 'matched', state: 'retrying' },
  MINED: { step: 'mined', state: 'under_way' },
  CONFIRMED: { step: 'confirmed', state: 'done' },
  FAILED: { step: 'matched', state: 'failed' },
};

/** `null`: the venue settles at once, or in words we do not know. */
export function fillProgress(status: string | null): FillProgress | null {
  return status === null ? null : (PROGRESS[status.toUpperCase().replace(/^TRADE_STATUS_/, '')] ?? null);
}
