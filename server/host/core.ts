/** How the host makes the core; tests of the host may bring a simpler one. */
import type { Engine, EngineOptions } from '#engine/engine.ts';

export interface CoreFactory {
  create(options: EngineOptions): Engine;
  /** Throws where the snapshot is not one of this core's. */
  restore(snapshot: string, options: EngineOptions): Engine;
}
