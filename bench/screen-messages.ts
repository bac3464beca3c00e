/** What the screen bench and the process of its venue say to each other. */
export interface ToVenue {
  /** Frames a second, of all that a page has subscribed to. */
  readonly perSecond: number;
}

export type FromVenue =
  | { readonly type: 'ready'; readonly url: string; readonly httpUrl: string }
  /** Frames sent so far; `at` in ms since the epoch. */
  | { readonly type: 'sent'; readonly frames: number; readonly at: number };
