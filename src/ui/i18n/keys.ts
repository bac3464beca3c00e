/** Message keys, typed from the English catalogs: `<namespace>.<name>`. */
import type auth from '#ui/i18n/catalogs/auth.en.json';
import type common from '#ui/i18n/catalogs/common.en.json';
import type desk from '#ui/i18n/catalogs/desk.en.json';
import type frame from '#ui/i18n/catalogs/frame.en.json';
import type grids from '#ui/i18n/catalogs/grids.en.json';
import type markets from '#ui/i18n/catalogs/markets.en.json';
import type overview from '#ui/i18n/catalogs/overview.en.json';
import type settings from '#ui/i18n/catalogs/settings.en.json';
import type system from '#ui/i18n/catalogs/system.en.json';

interface Catalogs {
  readonly auth: typeof auth;
  readonly common: typeof common;
  readonly desk: typeof desk;
  readonly frame: typeof frame;
  readonly grids: typeof grids;
  readonly markets: typeof markets;
  readonly overview: typeof overview;
  readonly settings: typeof settings;
  readonly system: typeof system;
}

export type Namespace = keyof Catalogs;
export type MessageKey = { [N in Namespace]: keyof Catalogs[N] & string }[Namespace];
