/** The cable between browser and engine: a TCP proxy that can be cut. `setOffline` only silences open sockets. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Cable {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #whole = true;
  #deaf = false;

  private constructor(target: number) {
    this.#server = createServer((browser) => {
      if (!this.#whole) return void browser.destroy();
      const engine = connect(target, '127.0.0.1');
      for (const [from, to] of [
        [browser, engine],
        [engine, browser],
      ] as const) {
        this.#sockets.add(from);
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
        from.on('error', () => from.destroy());
        from.on('data', (chunk) => {
          if (from === browser || !this.#deaf) to.write(chunk);
        });
        from.on('end', () => to.end());
      }
    });
  }

  static async to(port: number): Promise<Cable> {
    const cable = new Cable(port);
    cable.#server.listen(0, '127.0.0.1');
    await once(cable.#server, 'listening');
    return cable;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Everything that is open breaks, nothing new gets through. */
  cut(): void {
    this.#whole = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The engine still hears the browser, its answers get lost; to be cut afterwards. */
  deafen(): void {
    this.#deaf = true;
  }

  mend(): void {
    this.#whole = true;
    this.#deaf = false;
  }

  async dispose(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
