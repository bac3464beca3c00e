/** Begins a source: what runs of it is by its kind. */
import type { SourceConfig } from '#domain/source.ts';
import { createIdleLink } from './idle-link.ts';
import type { LinkPorts, SourceLink } from './source-link.ts';
import type { SourcePorts } from './source-ports.ts';
import type { SourceSecrets } from './source-types.ts';

export function openLink(
  config: SourceConfig,
  _secrets: SourceSecrets | undefined,
  _ports: SourcePorts & LinkPorts,
): SourceLink {
  return createIdleLink(config);
}
