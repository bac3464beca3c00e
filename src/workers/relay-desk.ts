/** Asks the page for ways through our engine: a ticket is good for one socket, so every socket asks anew. */
import type { FromFeed } from './feed-protocol.ts';

export class RelayDesk {
  readonly #post: (message: FromFeed) => void;
  readonly #waiting = new Map<number, { resolve: (url: string) => void; reject: (reason: Error) => void }>();
  #requests = 0;

  constructor(post: (message: FromFeed) => void) {
    this.#post = post;
  }

  readonly ask = (url: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const request = (this.#requests += 1);
      this.#waiting.set(request, { resolve, reject });
      this.#post({ type: 'relay', request, url });
    });

  opened(request: number, url: string): void {
    this.#waiting.get(request)?.resolve(url);
    this.#waiting.delete(request);
  }

  failed(request: number, reason: string): void {
    this.#waiting.get(request)?.reject(new Error(reason));
    this.#waiting.delete(request);
  }
}
