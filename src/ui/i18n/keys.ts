/** Message keys, typed from the English catalogs: `<namespace>.<name>`. */
import type auth from './catalogs/auth.en.json';
import type common from './catalogs/common.en.json';
import type frame from './catalogs/frame.en.json';
import type grids from './catalogs/grids.en.json';
import type markets from './catalogs/markets.en.json';
import type overview from './catalogs/overview.en.json';
import type settings from './catalogs/settings.en.json';
import type system from './catalogs/system.en.json';

interface Catalogs {
  readonly auth: typeof auth;
  readonly common: typeof common;
  readonly frame: typeof frame;
  readonly grids: typeof grids;
  readonly markets: typeof markets;
  readonly overview: typeof overview;
  readonly settings: typeof settings;
  readonly system: typeof system;
}

export type Namespace = keyof Catalogs;
export type MessageKey = { [N in Namespace]: keyof Catalogs[N] & string }[Namespace];
