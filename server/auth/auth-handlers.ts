/** The commands about users, sessions, the audit and one's own token. */
import type { Clock } from '#domain/clock.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { ANONYMOUS, ANONYMOUS_TOKEN } from '#server/gateway/identity.ts';
import type { Handlers, RequestKey, ResponseStore } from '#server/gateway/handlers.ts';
import type { Audit } from '#server/storage/audit.ts';
import { transact, type Database } from '#server/storage/transaction.ts';
import type { AuthService } from './auth-service.ts';

export interface AuthHandlerPorts {
  readonly auth: AuthService;
  readonly audit: Audit;
  readonly clock: Clock;
  /** Of `auth` and of `responses`. */
  readonly db: Database;
  readonly responses: ResponseStore;
}

export function authHandlers({ auth, audit, clock, db, responses }: AuthHandlerPorts): Handlers {
  const { users, passwords } = auth;

  /** Z13: a change and its response are written together, so that a repeat after a crash in between is not refused. */
  function change<T>(call: RequestKey, write: () => T): T {
    return transact(db, () => {
      const data = write();
      responses.record(call, { success: true, data }, clock.now());
      return data;
    });
  }

  return {
    'auth.refresh': async (_params, { sessionId }) => {
      if (sessionId === ANONYMOUS.sessionId) {
        return { token: ANONYMOUS_TOKEN.token, expires_at: clock.now() + ANONYMOUS_TOKEN.lifetimeMs };
      }
      const { token, expiresAt } = await auth.renew(sessionId);
      return { token, expires_at: expiresAt };
    },

    'user.list': async () => ({
      users: users.list().map(({ name, role, created_at }) => ({ name, role, created_at })),
    }),

    'user.add': async ({ name, password, role }, call) => {
      const user = { name, role, created_at: clock.now() };
      const hash = await passwords.hash(password);
      return change(call, () => {
        if (!users.add({ ...user, password: hash })) throw badField('name', 'there is a user of this name');
        return user;
      });
    },

    'user.remove': async ({ name }, call) => {
      const user = users.get(name);
      if (!user) throw new ProtocolError('NOT_FOUND', `there is no user ${name}`);
      if (user.role === 'admin' && users.list().filter(({ role }) => role === 'admin').length === 1) {
        throw badField('name', 'the last admin cannot be removed');
      }
      return change(call, () => {
        auth.revokeUser(name);
        users.remove(name);
        return { name };
      });
    },

    'user.password': async ({ name, current, password }, call) => {
      const own = name === undefined || name === call.user;
      if (!own && call.role !== 'admin') throw new ProtocolError('FORBIDDEN', 'only an admin may set another password');
      const user = users.get(name ?? call.user);
      if (!user) throw new ProtocolError('NOT_FOUND', `there is no user ${name ?? call.user}`);
      if (own && user.password !== null && !(await passwords.verify(current ?? '', user.password))) {
        throw badField('current', 'is not the present password');
      }
      const hash = await passwords.hash(password);
      return change(call, () => {
        users.setPassword(user.name, hash);
        auth.revokeUser(user.name, call.sessionId);
        return { name: user.name };
      });
    },

    'session.list': async () => ({
      sessions: auth
        .sessions()
        .map(({ id, user, created_at, seen_at, agent }) => ({ id, user, created_at, seen_at, agent })),
    }),

    'session.revoke': async ({ id }, call) =>
      change(call, () => {
        if (!auth.revoke(id)) throw new ProtocolError('NOT_FOUND', 'there is no such session');
        return { id };
      }),

    'audit.list': async ({ limit = 100, before }) => ({ records: audit.list(limit, before) }),
  };
}

function badField(path: string, message: string): ProtocolError {
  return new ProtocolError('VALIDATION_ERROR', `${path}: ${message}`, [{ path, message }]);
}
