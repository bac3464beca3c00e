/** The venues' public REST, through our engine (O15, M14). */
import type { SourceConfig } from '#domain/source.ts';
import type { SourcePorts } from './source-ports.ts';

export type VenueApi = 'okx' | 'okx-demo' | 'polymarket-gamma' | 'polymarket-clob';

export interface RestPorts extends Pick<SourcePorts, 'fetch' | 'bearer' | 'page'> {
  readonly now: () => number;
}

/** O1: live or demo is told by the address. */
export function okxApi({ url }: Pick<SourceConfig, 'url'>): VenueApi {
  return new URL(url).hostname.startsWith('wspap') ? 'okx-demo' : 'okx';
}

/** `path` with its query, as the venue has it. Rejects in plain words. */
export async function getVenue(
  { fetch, bearer, page }: Omit<RestPorts, 'now'>,
  api: VenueApi,
  path: string,
  signal: AbortSignal,
): Promise<unknown> {
  const token = await bearer();
  const response = await fetch(new URL(`/api/v2/venues/${api}${path}`, page.origin).href, {
    signal,
    credentials: 'same-origin',
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new Error(messageOf(answer) ?? `HTTP ${response.status}`);
  return answer;
}

function messageOf(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  const { error } = answer;
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return typeof error.message === 'string' ? error.message : undefined;
}
