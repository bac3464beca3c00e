/** A source's settings as they are typed. */
import type { SourceConfig, SourceInstrument, SourceKind } from '#domain/source.ts';
import type { SourceSecrets } from '#stores/source-types.ts';

export interface SourceDraft {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly via: SourceConfig['via'];
  readonly auth: SourceConfig['auth'];
  readonly loginUrl: string;
  readonly zone: string;
  readonly instruments: readonly SourceInstrument[];
  readonly token: string;
  readonly user: string;
  readonly password: string;
}
export type SourceField = keyof SourceDraft;

export function draftOf(config: SourceConfig): SourceDraft {
  const { id, name, url, via, auth, loginUrl = '', zone = '', instruments } = config;
  return { id, name, url, via, auth, loginUrl, zone, instruments, token: '', user: '', password: '' };
}

/** What the engine keeps: no secrets, and nothing that the choices made leave without meaning. */
export function configOf(draft: SourceDraft, kind: SourceKind, enabled: boolean): SourceConfig {
  const { via, auth, instruments } = draft;
  const [loginUrl, zone] = [draft.loginUrl.trim(), draft.zone.trim()];
  return {
    id: draft.id.trim(),
    kind,
    name: draft.name.trim(),
    url: draft.url.trim(),
    via,
    enabled,
    instruments,
    auth,
    ...(auth === 'login' && loginUrl !== '' && { loginUrl }),
    ...(zone !== '' && { zone }),
  };
}

/** What was typed for this browser's eyes only; `undefined` where nothing was. */
export function secretsOf({ auth, token, user, password }: SourceDraft): SourceSecrets | undefined {
  if (auth === 'token' && token.trim() !== '') return { token: token.trim() };
  if (auth === 'login' && user !== '' && password !== '') return { user, password };
  return undefined;
}
