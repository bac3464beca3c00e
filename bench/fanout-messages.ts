/** What the two processes of the fan-out bench say to each other. */
export type ToClient =
  | {
      readonly type: 'open';
      readonly port: number;
      readonly clients: number;
      /** How many of them read each event's send time. */
      readonly samples: number;
      /** That many more never read. */
      readonly stuck: number;
      /** The frame to subscribe with, if the server knows subscriptions. */
      readonly subscribe: string | undefined;
    }
  | { readonly type: 'latencies' }
  | { readonly type: 'close' };

export type FromClient =
  | { readonly type: 'opened' }
  | { readonly type: 'received'; readonly bytes: number }
  | { readonly type: 'latencies'; readonly ms: readonly number[] }
  | { readonly type: 'closed' };
