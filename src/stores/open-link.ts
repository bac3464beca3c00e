/** Begins a source: what runs of it is by its kind. */
import type { SourceConfig } from '#domain/source.ts';
import { EngineLink } from './engine-link.ts';
import { createIdleLink } from './idle-link.ts';
import type { LinkPorts, SourceLink } from './source-link.ts';
import type { SourcePorts } from './source-ports.ts';
import type { SourceSecrets } from './source-types.ts';
import { VenueLink } from './venue-link.ts';

export function openLink(
  config: SourceConfig,
  secrets: SourceSecrets | undefined,
  ports: SourcePorts & LinkPorts,
): SourceLink {
  if (!config.enabled) return createIdleLink(config);
  if (config.kind === 'engine') return new EngineLink(config, secrets ?? {}, ports);
  return new VenueLink(config.kind, config, secrets ?? {}, ports);
}
