/** Opening the port, and saying plainly why it would not. */
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { NetworkError } from './errors.ts';

/** Throws `NetworkError` where `listen` would; `flag` is the setting it then names. */
export async function ensureFree(host: string, port: number, flag = '--port'): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(explained(error, host, port, flag)));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}

export async function listen(app: FastifyInstance, host: string, port: number): Promise<AddressInfo> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw explained(error, host, port, '--port');
  }
  return addressOf(app.server, host, port);
}

/** The same for a server beside the engine's own, whose port another flag sets. */
export async function listenBeside(server: Server, host: string, port: number, flag: string): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, host, port, flag)));
    server.listen({ host, port }, () => resolve());
  });
  return addressOf(server, host, port);
}

function addressOf(server: Server, host: string, port: number): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new NetworkError(`not listening on ${host}:${port}`);
  return address;
}

function explained(error: unknown, host: string, port: number, flag: string): NetworkError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} on ${host} is in use; choose another ${flag}, or stop what is using it`,
    EADDRNOTAVAIL: `${host} is not an address of this machine; choose another --host`,
    ENOTFOUND: `${host} is not known; choose another --host`,
    EACCES: `port ${port} needs privileges; choose a ${flag} above 1023`,
  };
  return new NetworkError(reasons[code] ?? `cannot listen on ${host}:${port}: ${String(error)}`, { cause: error });
}
