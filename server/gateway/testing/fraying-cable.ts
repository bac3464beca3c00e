/** A TCP proxy whose connections each break after so many bytes, in the middle of a frame or of the handshake. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class FrayingCable {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  /** Connections that broke. */
  cuts = 0;

  /** `holds` is asked at each new connection: how many bytes, of both directions together, it carries. */
  private constructor(target: number, holds: () => number) {
    this.#server = createServer((client) => {
      const server = connect(target, '127.0.0.1');
      let left = holds();
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => from.destroy());
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
        from.on('data', (chunk) => {
          if (left <= 0) return;
          left -= chunk.length;
          if (left > 0) return void to.write(chunk);
          this.cuts += 1;
          // What was carried arrives, and nothing after it.
          to.end(chunk.subarray(0, chunk.length + left));
          from.destroySoon();
        });
      }
    });
  }

  static async to(target: number, holds: () => number): Promise<FrayingCable> {
    const cable = new FrayingCable(target, holds);
    cable.#server.listen(0, '127.0.0.1');
    await once(cable.#server, 'listening');
    return cable;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async dispose(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
