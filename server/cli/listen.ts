/** Opening the port, and saying plainly why it would not. */
import { createServer, type AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { NetworkError } from './errors.ts';

/** Throws `NetworkError` where `listen` would. */
export async function ensureFree(host: string, port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error) => reject(explained(error, host, port)));
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()));
  });
}

export async function listen(app: FastifyInstance, host: string, port: number): Promise<AddressInfo> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw explained(error, host, port);
  }
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new NetworkError(`not listening on ${host}:${port}`);
  return address;
}

function explained(error: unknown, host: string, port: number): NetworkError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} on ${host} is in use; choose another --port, or stop what is using it`,
    EADDRNOTAVAIL: `${host} is not an address of this machine; choose another --host`,
    ENOTFOUND: `${host} is not known; choose another --host`,
    EACCES: `port ${port} needs privileges; choose a --port above 1023`,
  };
  return new NetworkError(reasons[code] ?? `cannot listen on ${host}:${port}: ${String(error)}`, { cause: error });
}
