/** What can be added, with the addresses it is usually found at. */
import type { SourceConfig, SourceKind } from '#domain/source.ts';

export const PRESETS = ['okx', 'okx_demo', 'polymarket', 'push', 'account', 'engine'] as const;
export type Preset = (typeof PRESETS)[number];

/** A kind's part in the keys of texts. */
export const KIND_WORD = {
  engine: 'engine',
  okx: 'okx',
  polymarket: 'polymarket',
  push: 'push',
  'trading-socketio': 'socketio',
} as const satisfies Record<SourceKind, string>;

interface Usual extends Pick<SourceConfig, 'kind' | 'url' | 'auth'> {
  readonly id: string;
  /** As its users write it; `undefined`: named in the reader's language. */
  readonly name?: string;
}

const USUAL: Readonly<Record<Preset, Usual>> = {
  okx: { id: 'okx', kind: 'okx', name: 'OKX', url: 'wss://ws.okx.com:8443', auth: 'none' },
  okx_demo: { id: 'okx-demo', kind: 'okx', name: 'OKX Demo', url: 'wss://wspap.okx.com:8443', auth: 'none' },
  polymarket: {
    id: 'polymarket',
    kind: 'polymarket',
    name: 'Polymarket',
    url: 'wss://ws-subscriptions-clob.polymarket.com',
    auth: 'none',
  },
  push: { id: 'push', kind: 'push', url: 'ws://127.0.0.1:8000/ws', auth: 'none' },
  account: { id: 'account', kind: 'trading-socketio', url: 'http://127.0.0.1:5000', auth: 'token' },
  engine: { id: 'lab', kind: 'engine', url: 'ws://127.0.0.1:8080/ws', auth: 'none' },
};

/** The settings to begin with. `name`: what a source of that kind is called in the reader's language. */
export function presetConfig(preset: Preset, name: string, taken: readonly string[]): SourceConfig {
  const { id, name: own, kind, url, auth } = USUAL[preset];
  const rest = { via: 'direct', enabled: true, instruments: [] } as const;
  return { id: freeId(id, taken), kind, name: own ?? name, url, auth, ...rest };
}

export function isPreset(value: string): value is Preset {
  return (PRESETS as readonly string[]).includes(value);
}

/** `okx`, `okx-2`, `okx-3`… */
function freeId(id: string, taken: readonly string[]): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? id : `${id}-${n}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** Whether the engine goes there on a trader's word; to any other address an administrator must send it. */
export function isUsualAddress(kind: SourceKind, url: string): boolean {
  return (kind === 'okx' || kind === 'polymarket') && PRESETS.some((preset) => USUAL[preset].url === url);
}

/** The others tell by themselves what they have. */
export function picksInstruments(kind: SourceKind): boolean {
  return kind === 'okx' || kind === 'polymarket';
}

/** The public feeds of exchanges ask for no token; keys of private ones stay in the engine's configuration. */
export function mayAuthenticate(kind: SourceKind): boolean {
  return kind === 'push' || kind === 'trading-socketio' || kind === 'engine';
}
