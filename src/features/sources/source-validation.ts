/** What the form can say before the engine does, and the engine's own issues on their fields, in the reader's language. */
import type { FieldError, Resolver, UseFormReturn } from 'react-hook-form';
import { OWN_ENGINE, SOURCE_ID, type SourceKind } from '#domain/source.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { MAX_SOURCE_INSTRUMENTS, sourceConfig } from '#protocol/source-shapes.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import { configOf, type SourceDraft, type SourceField } from './source-draft.ts';

const FIELDS: readonly SourceField[] = ['name', 'id', 'url', 'via', 'auth', 'loginUrl', 'zone', 'instruments'];
const isField = (path: unknown): path is SourceField => FIELDS.some((field) => field === path);

/** Names with a meaning of their own. */
const RESERVED: readonly string[] = [OWN_ENGINE, 'replay'];

/** The protocol's own schema, its issues in words for the reader. `taken`: ids that other sources have. */
export function sourceResolver(t: Translate, kind: SourceKind, taken: readonly string[]): Resolver<SourceDraft> {
  return (draft) => {
    const errors: Partial<Record<SourceField, FieldError>> = {};
    const say = (field: SourceField, message: string) => {
      errors[field] ??= { type: 'validate', message };
    };
    const checked = sourceConfig.safeParse(configOf(draft, kind, true));
    for (const { path } of checked.error?.issues ?? []) {
      const [field] = path;
      if (isField(field)) say(field, explain(t, field, draft, kind));
    }
    if (taken.includes(draft.id.trim())) say('id', t('sources.error_id_taken'));
    if (RESERVED.includes(draft.id.trim())) say('id', t('sources.error_id_reserved'));
    return Object.keys(errors).length > 0 ? { values: {}, errors } : { values: draft, errors: {} };
  };
}

function explain(t: Translate, field: SourceField, draft: SourceDraft, kind: SourceKind): string {
  const value = draft[field];
  if (typeof value === 'string' && value.trim() === '' && field !== 'zone') return t('sources.error_required');
  switch (field) {
    case 'id':
      return SOURCE_ID.test(draft.id.trim()) ? t('sources.error_id_taken') : t('sources.error_id');
    case 'name':
      return t('sources.error_name');
    case 'url':
      return t(kind === 'trading-socketio' ? 'sources.error_url_http' : 'sources.error_url_ws');
    case 'loginUrl':
      return t('sources.error_login_url');
    case 'zone':
      return t('sources.error_zone');
    case 'instruments':
      return t('sources.error_instruments', { max: MAX_SOURCE_INSTRUMENTS });
    default:
      return t('sources.error_required');
  }
}

/** Puts the engine's issues on their fields; returns what no field can say, `null` if nothing. */
export function landServerErrors(reason: unknown, form: UseFormReturn<SourceDraft>, t: Translate): string | null {
  if (!(reason instanceof ProtocolError)) return reason instanceof Error ? reason.message : String(reason);
  if (reason.code === 'FORBIDDEN') {
    const message = form.getValues('via') === 'engine' ? t('sources.needs_admin_via') : t('sources.needs_trader');
    return message;
  }
  const issues = reason.fieldIssues.map(({ path, message }) => {
    const [field = ''] = path.replace(/^(params\.)?source\./, '').split('.');
    return { field, message };
  });
  const landed = issues.flatMap(({ field, message }) => (isField(field) ? [{ field, message }] : []));
  for (const { field, message } of landed) form.setError(field, { type: 'server', message });
  if (landed[0]) form.setFocus(landed[0].field);
  const rest = issues.filter(({ field }) => !isField(field)).map(({ message }) => message);
  if (issues.length > 0) return rest.length > 0 ? rest.join(' ') : null;
  return reason.message;
}
