/** The composition root: what the dashboard is made of, wired once. */
import { createClient } from '#client/create-client.ts';
import { createQueryClient, invalidateByEvents } from '#queries/query-client.ts';
import { accountStore } from '#stores/account.ts';
import { connectionStore } from '#stores/connection.ts';
import type { StoreEnvironment } from '#stores/environment.tsx';
import { exchangesStore } from '#stores/exchanges.ts';
import { browserFrames, createFrameScheduler } from '#stores/frame-scheduler.ts';
import { healthStore } from '#stores/health.ts';
import { killSwitchStore } from '#stores/kill-switch.ts';
import { notificationsStore } from '#stores/notifications.ts';
import { createPreferencesStore } from '#stores/preferences.ts';
import { createSession, postJson } from '#stores/session.ts';
import { tickersStore } from '#stores/tickers.ts';

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
  const session = createSession(postJson, now);
  const client = createClient({ url: socketUrl(), getToken: session.getToken });
  const frames = createFrameScheduler(browserFrames, reportError);
  const environment: StoreEnvironment = { client, frames, now };
  const notifications = notificationsStore(environment);
  const queries = createQueryClient((failure) => notifications.notify({ kind: 'command_failed', ...failure }));

  // What every page shows is subscribed from the first moment, before React has drawn anything.
  connectionStore(environment);
  for (const store of [tickersStore, accountStore, killSwitchStore, healthStore, exchangesStore]) {
    store(environment).subscribe(() => undefined);
  }
  notifications.open();
  invalidateByEvents(client, queries);

  return { session, client, environment, queries, preferences: createPreferencesStore(storage()) };
}

export type Desk = ReturnType<typeof createDesk>;
