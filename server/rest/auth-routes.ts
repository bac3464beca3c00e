/**
 * Signing in over HTTP. The access token goes into the page's memory, the refresh token into a cookie no script can
 * read, sent only to these routes and never from another site.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import type { Clock } from '#domain/clock.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { SESSION_LIFETIME_MS, type AuthService, type SignedIn } from '#server/auth/auth-service.ts';
import { describeIssues, fieldIssues } from '#server/gateway/validation.ts';
import { bearer } from '#server/gateway/handshake.ts';
import { ANONYMOUS, ANONYMOUS_TOKEN } from '#server/gateway/identity.ts';
import { LoginLimiter } from './login-limiter.ts';

export interface AuthRoutePorts {
  readonly auth: AuthService;
  readonly clock: Clock;
  readonly authRequired: boolean;
  /** Cookies do not know ports: engines on one host must not share a name. */
  readonly cookieName: string;
  /** The browser reaches us by https. */
  readonly secure: boolean;
}

const PATH = '/api/v2/auth';
const credentials = z.object({
  user: z.string().check(z.minLength(1), z.maxLength(64)),
  password: z.string().check(z.minLength(1), z.maxLength(256)),
});
const link = z.object({ token: z.string().check(z.minLength(1), z.maxLength(128)) });

export function authRoutes(app: FastifyInstance, ports: AuthRoutePorts): void {
  const { auth, clock, authRequired, cookieName, secure } = ports;
  const limiter = new LoginLimiter(clock);
  const cookie = { path: PATH, httpOnly: true, sameSite: 'strict', secure } as const;

  function welcome(response: FastifyReply, signedIn: SignedIn): FastifyReply {
    const { token, expiresAt, user, role, refreshToken } = signedIn;
    void response.setCookie(cookieName, refreshToken, { ...cookie, maxAge: SESSION_LIFETIME_MS / 1000 });
    return response.send({ success: true, data: { token, expires_at: expiresAt, user, role } });
  }

  /** An engine without sign-in takes everybody for its one admin, and any token for theirs. */
  function welcomeAnybody(response: FastifyReply): FastifyReply {
    const { user, role } = ANONYMOUS;
    const { token, lifetimeMs } = ANONYMOUS_TOKEN;
    return response.send({ success: true, data: { token, expires_at: clock.now() + lifetimeMs, user, role } });
  }

  app.post(`${PATH}/login`, async (request, response) => {
    if (!authRequired) return welcomeAnybody(response);
    const { user, password } = checked(credentials, request.body);
    const key = `${request.ip}\n${user}`;
    limiter.check(key);
    // A failure until it is none: guesses sent all at once count, too.
    limiter.failed(key);
    const signedIn = await auth.login(user, password, agentOf(request));
    limiter.succeeded(key);
    return welcome(response, signedIn);
  });

  app.post(`${PATH}/link`, async (request, response) => {
    if (!authRequired) return welcomeAnybody(response);
    const { token } = checked(link, request.body);
    return welcome(response, await auth.redeemLink(token, agentOf(request)));
  });

  app.post(`${PATH}/refresh`, async (request, response) => {
    if (!authRequired) return welcomeAnybody(response);
    const refreshToken = request.cookies[cookieName];
    if (refreshToken === undefined) {
      // A script keeps no cookies: its token is good for the next one, as on the WebSocket (Z8).
      const token = bearer(request.headers.authorization);
      if (token === undefined) throw new ProtocolError('AUTH_REQUIRED', 'sign in first');
      const { sessionId } = await auth.verify(token);
      const next = await auth.renew(sessionId);
      return response.send({ success: true, data: { token: next.token, expires_at: next.expiresAt } });
    }
    try {
      return welcome(response, await auth.refresh(refreshToken));
    } catch (error) {
      void response.clearCookie(cookieName, cookie);
      throw error;
    }
  });

  app.post(`${PATH}/logout`, async (request, response) => {
    const refreshToken = request.cookies[cookieName];
    if (refreshToken !== undefined) auth.logout(refreshToken);
    return response.clearCookie(cookieName, cookie).send({ success: true, data: {} });
  });
}

function checked<T extends z.ZodMiniType>(schema: T, body: unknown): z.output<T> {
  const parsed = schema.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const issues = fieldIssues(parsed.error);
  throw new ProtocolError('VALIDATION_ERROR', describeIssues(issues), issues);
}

function agentOf({ headers }: FastifyRequest): string {
  return headers['user-agent'] ?? '';
}
