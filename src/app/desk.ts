/** The composition root: what the dashboard is made of, wired once. */
import { createClient } from '#client/create-client.ts';
import type { CommandFailed } from '#queries/client-context.tsx';
import { accountStore } from '#stores/account.ts';
import { connectionStore } from '#stores/connection.ts';
import type { StoreEnvironment } from '#stores/environment.tsx';
import { exchangesStore } from '#stores/exchanges.ts';
import { browserFrames, createFrameScheduler } from '#stores/frame-scheduler.ts';
import { healthStore } from '#stores/health.ts';
import { killSwitchStore } from '#stores/kill-switch.ts';
import { createPreferencesStore } from '#stores/preferences.ts';
import { createSession, postJson, REFRESH_PATH } from '#stores/session.ts';
import { type FrameTap, tapSocket } from '#stores/tap-socket.ts';
import { tickersStore } from '#stores/tickers.ts';
import { earlyAnswer, earlySocket } from './head-start.ts';

const now = () => Date.now();

function socketUrl(): string {
  const url = new URL('/ws', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

function storage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

export function createDesk() {
  const start = window.griddeskHeadStart;
  const early = earlyAnswer(start);
  const session = createSession(
    (path, body) => (path === REFRESH_PATH ? early() : undefined) ?? postJson(path, body),
    now,
  );
  const tap: FrameTap = { current: null };
  const client = createClient({
    url: socketUrl(),
    getToken: session.getToken,
    results: async () => (await import('#client/results.ts')).parseResult,
    WebSocket: tapSocket(earlySocket(start, WebSocket), tap),
  });
  const frames = createFrameScheduler(browserFrames, reportError);
  const bearer = async () => (client.peer?.authRequired === false ? null : session.bearer());
  const environment: StoreEnvironment = { client, frames, now, bearer, tap };
  // Notifications come with a later chunk; a command can only fail after that.
  const onCommandFailed: CommandFailed = async (failure) => {
    const { notificationsStore } = await import('#stores/notifications.ts');
    notificationsStore(environment).notify({ kind: 'command_failed', ...failure });
  };

  // What every page shows is subscribed from the first moment, before React has drawn anything.
  connectionStore(environment);
  for (const store of [tickersStore, accountStore, killSwitchStore, healthStore, exchangesStore]) {
    store(environment).subscribe(() => undefined);
  }

  return { session, client, environment, onCommandFailed, preferences: createPreferencesStore(storage()) };
}

export type Desk = ReturnType<typeof createDesk>;
