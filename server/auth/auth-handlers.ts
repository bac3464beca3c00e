/** The commands about users, sessions, the audit and one's own token. */
import type { Clock } from '#domain/clock.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { ANONYMOUS, ANONYMOUS_TOKEN } from '#server/gateway/identity.ts';
import type { Handlers } from '#server/gateway/handlers.ts';
import type { Audit } from '#server/storage/audit.ts';
import type { AuthService } from './auth-service.ts';

export interface AuthHandlerPorts {
  readonly auth: AuthService;
  readonly audit: Audit;
  readonly clock: Clock;
}

export function authHandlers({ auth, audit, clock }: AuthHandlerPorts): Handlers {
  const { users, passwords } = auth;
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

    'user.add': async ({ name, password, role }) => {
      const user = { name, role, created_at: clock.now() };
      if (!users.add({ ...user, password: await passwords.hash(password) })) {
        throw badField('name', 'there is a user of this name');
      }
      return user;
    },

    'user.remove': async ({ name }) => {
      const user = users.get(name);
      if (!user) throw new ProtocolError('NOT_FOUND', `there is no user ${name}`);
      if (user.role === 'admin' && users.list().filter(({ role }) => role === 'admin').length === 1) {
        throw badField('name', 'the last admin cannot be removed');
      }
      auth.revokeUser(name);
      users.remove(name);
      return { name };
    },

    'user.password': async ({ name, current, password }, call) => {
      const own = name === undefined || name === call.user;
      if (!own && call.role !== 'admin') throw new ProtocolError('FORBIDDEN', 'only an admin may set another password');
      const user = users.get(name ?? call.user);
      if (!user) throw new ProtocolError('NOT_FOUND', `there is no user ${name ?? call.user}`);
      if (own && user.password !== null && !(await passwords.verify(current ?? '', user.password))) {
        throw badField('current', 'is not the present password');
      }
      users.setPassword(user.name, await passwords.hash(password));
      auth.revokeUser(user.name, call.sessionId);
      return { name: user.name };
    },

    'session.list': async () => ({
      sessions: auth
        .sessions()
        .map(({ id, user, created_at, seen_at, agent }) => ({ id, user, created_at, seen_at, agent })),
    }),

    'session.revoke': async ({ id }) => {
      if (!auth.revoke(id)) throw new ProtocolError('NOT_FOUND', 'there is no such session');
      return { id };
    },

    'audit.list': async ({ limit = 100, before }) => ({ records: audit.list(limit, before) }),
  };
}

function badField(path: string, message: string): ProtocolError {
  return new ProtocolError('VALIDATION_ERROR', `${path}: ${message}`, [{ path, message }]);
}
