/** The commands about sources: what is set up, and ways to it through the engine. */
import type { Clock } from '#domain/clock.ts';
import { OWN_ENGINE } from '#domain/source.ts';
import type { Action } from '#protocol/commands.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { roleAllows } from '#protocol/roles.ts';
import type { Call, Handler, RequestKey, ResponseStore } from '#server/gateway/handlers.ts';
import type { Sources, StoredSource } from '#server/storage/sources.ts';
import { transact, type Database } from '#server/storage/transaction.ts';
import type { Relay } from '#server/venues/relay.ts';
import { atBase, isVenuesOwn } from '#server/venues/relay-targets.ts';

export interface SourceHandlerPorts {
  readonly sources: Sources;
  readonly relay: Pick<Relay, 'ticket'>;
  /** Of `sources` and of `responses`. */
  readonly db: Database;
  readonly responses: ResponseStore;
  readonly clock: Clock;
  /** Base addresses the engine's own configuration names. */
  readonly configuredUrls: readonly string[];
}

export const MAX_SOURCES = 32;
/** The dashboard's own names: this engine, and a recording that is played back. */
const RESERVED: ReadonlySet<string> = new Set([OWN_ENGINE, 'replay']);

/** `new URL` also takes `a;b` and `*`. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/;

/** Parameters that are for nobody's eyes. */
const SECRET = /token|secret|passw|api[-_]?key/i;

type SourceHandlers = { readonly [A in Extract<Action, `source.${string}`>]-?: Handler<A> };

export function sourceHandlers(ports: SourceHandlerPorts): SourceHandlers {
  const { sources, relay, db, responses, clock, configuredUrls } = ports;

  /** Z13: a change and its response are written together. */
  function change<T>(call: RequestKey, id: string, data: T, write: () => void): T {
    transact(db, () => {
      write();
      responses.record(call, { success: true, data }, clock.now());
    });
    sources.announce(id);
    return data;
  }

  /** Through the engine a source makes the engine itself connect: to any address only on an admin's word. */
  function checkReach(source: StoredSource, { role }: Call): void {
    if (source.via === 'direct' || roleAllows(role, 'admin') || isVenuesOwn(source, configuredUrls)) return;
    const before = sources.get(source.id);
    if (before?.via === 'engine' && before.url === source.url && before.kind === source.kind) return;
    const { host } = new URL(source.url);
    throw new ProtocolError('FORBIDDEN', `only an admin lets the engine connect to ${host}`);
  }

  return {
    'source.list': async () => ({ sources: [...sources.list()] }),

    'source.save': async ({ source: asked }, call) => {
      checkAddress('url', asked.url, 'wss://host:8443');
      const source = atBase(asked);
      if (source.loginUrl !== undefined) checkAddress('loginUrl', source.loginUrl, 'https://host/login');
      if (RESERVED.has(source.id)) throw badField('source.id', `${source.id} is the dashboard's own name`);
      if (new Set(source.instruments.map(({ symbol }) => symbol)).size < source.instruments.length) {
        throw badField('source.instruments', 'an instrument is there twice');
      }
      checkReach(source, call);
      if (!sources.get(source.id) && sources.list().length >= MAX_SOURCES) {
        throw badField('source.id', `there are ${MAX_SOURCES} sources already; remove one first`);
      }
      return change(call, source.id, { source }, () => sources.save(source));
    },

    'source.delete': async ({ id }, call) => {
      if (!sources.get(id)) throw new ProtocolError('NOT_FOUND', `there is no source ${id}`);
      return change(call, id, { id }, () => sources.remove(id));
    },

    'source.relay': async ({ id, path }, call) => relay.ticket(id, path, call),
  };
}

/** It is kept, shown, and told to browsers in a policy. */
function checkAddress(field: 'url' | 'loginUrl', address: string, example: string): void {
  if (!URL.canParse(address) || !HOST.test(new URL(address).host)) {
    throw badField(`source.${field}`, `expected an address like ${example}`);
  }
  const secret = [...new URL(address).searchParams.keys()].find((name) => SECRET.test(name));
  if (secret !== undefined) throw badField(`source.${field}`, `leave the ${secret.slice(0, 30)} out of it`);
}

function badField(path: string, message: string): ProtocolError {
  return new ProtocolError('VALIDATION_ERROR', message, [{ path, message }]);
}
