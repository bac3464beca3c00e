/** A way to a source through our engine, for what the browser cannot reach itself. */
import type { SourceConfig } from '#domain/source.ts';
import type { SourcePorts } from './source-ports.ts';

/** The address on our own origin that stands for `url`, one of the source's; good for one socket. */
export async function openRelay(
  { client, page }: Pick<SourcePorts, 'client' | 'page'>,
  { id }: Pick<SourceConfig, 'id'>,
  url: string,
): Promise<string> {
  const { pathname, searchParams } = new URL(url);
  const { path } = await client.command('source.relay', { id, path: pathname });
  const relay = new URL(path, page.origin);
  relay.protocol = relay.protocol === 'https:' ? 'wss:' : 'ws:';
  // P5: told to the engine with the socket alone, so that no command holds it.
  const token = searchParams.get('token');
  if (token !== null) relay.searchParams.set('token', token);
  return relay.href;
}
