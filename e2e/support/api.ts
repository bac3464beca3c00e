/** A script's view of the engine, for setting a stage and for looking behind the page's back. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';

interface Answer {
  readonly success: boolean;
  readonly data?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

export type Role = 'viewer' | 'trader' | 'admin';

async function post(url: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer;
}

/** With the one-time link's token, or a user's password. */
export type Credentials = { readonly link: string } | { readonly user: string; readonly password: string };

export async function signIn(url: string, by: Credentials): Promise<{ readonly token: string }> {
  const answer =
    'link' in by
      ? await post(`${url}/api/v2/auth/link`, { token: new URL(by.link).searchParams.get('token') })
      : await post(`${url}/api/v2/auth/login`, by);
  if (!answer.success) throw new Error(`cannot sign in: ${JSON.stringify(answer)}`);
  return answer.data as { token: string };
}

export class Api {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, { resolve(answer: Answer): void; reject(error: Error): void }>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as { type: string; id?: string } & Answer;
      if (frame.type === 'response' && frame.id !== undefined) this.#waiting.get(frame.id)?.resolve(frame);
    });
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the connection closed'));
    });
  }

  static async signIn(url: string, by: Credentials): Promise<Api> {
    const { token } = await signIn(url, by);
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'zigquant-v2', {
      headers: { authorization: `Bearer ${token}` },
    });
    await once(socket, 'open');
    return new Api(socket);
  }

  /** The response's data; rejects with the error's code and message. */
  async command<T = unknown>(action: string, params: object = {}): Promise<T> {
    const id = randomUUID();
    const answer = await new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ type: 'command', id, timestamp: Date.now(), action, params }));
    });
    this.#waiting.delete(id);
    if (!answer.success) throw new Error(`${action}: ${answer.error?.code} ${answer.error?.message}`);
    return answer.data as T;
  }

  close(): void {
    this.#socket.terminate();
  }
}
