/**
 * Message keys, typed from the English catalogs: `<namespace>.<name>`. The catalogs have an import path of their own,
 * because a relative one would not hold in the declarations that other layers read.
 */
import type account from '#texts/account.en.json';
import type auth from '#texts/auth.en.json';
import type backtests from '#texts/backtests.en.json';
import type common from '#texts/common.en.json';
import type desk from '#texts/desk.en.json';
import type frame from '#texts/frame.en.json';
import type grids from '#texts/grids.en.json';
import type markets from '#texts/markets.en.json';
import type overview from '#texts/overview.en.json';
import type settings from '#texts/settings.en.json';
import type sources from '#texts/sources.en.json';
import type strategies from '#texts/strategies.en.json';
import type system from '#texts/system.en.json';

interface Catalogs {
  readonly account: typeof account;
  readonly auth: typeof auth;
  readonly backtests: typeof backtests;
  readonly common: typeof common;
  readonly desk: typeof desk;
  readonly frame: typeof frame;
  readonly grids: typeof grids;
  readonly markets: typeof markets;
  readonly overview: typeof overview;
  readonly settings: typeof settings;
  readonly sources: typeof sources;
  readonly strategies: typeof strategies;
  readonly system: typeof system;
}

export type Namespace = keyof Catalogs;
export type MessageKey = { [N in Namespace]: keyof Catalogs[N] & string }[Namespace];
