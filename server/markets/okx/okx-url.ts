import type { Config } from '#server/config/schema.ts';

const LIVE = 'wss://ws.okx.com:8443';
const DEMO = 'wss://wspap.okx.com:8443';

/** O1: the base of the WebSockets; live and demo are hosts of their own, a configured one is both. */
export function okxUrl({ okx_url, okx_demo }: Pick<Config, 'okx_url' | 'okx_demo'>): string {
  return okx_url ?? (okx_demo === 'on' ? DEMO : LIVE);
}
