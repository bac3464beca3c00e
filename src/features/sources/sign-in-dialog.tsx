import { useId, useRef, useState, type FormEvent } from 'react';
import type { SourceView } from '#stores/source-types.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Field, Input } from '#ui/field.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { sourceReason } from './source-reason.ts';
import { useSourceActions } from './use-sources.ts';

interface Props {
  readonly source: Pick<SourceView, 'config' | 'state'>;
  readonly onClose: () => void;
}

/** T9: asks for what a source wants to see before it talks: a token, or a user and a password for one. */
export function SignInDialog({ source: { config, state }, onClose }: Props) {
  const t = useT();
  const formId = useId();
  const { authenticate } = useSourceActions();
  const first = useRef<HTMLInputElement>(null);
  const [token, setToken] = useState('');
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const login = config.auth === 'login';
  const complete = login ? user !== '' && password !== '' : token.trim() !== '';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending || !complete) return;
    setPending(true);
    setError(null);
    try {
      await authenticate(config.id, login ? { user, password } : { token: token.trim() });
      onClose();
    } catch (reason) {
      setError(sourceReason(reason instanceof Error ? reason.message : String(reason), t));
    } finally {
      setPending(false);
    }
  };

  const action = t(login ? 'sources.sign_in' : 'sources.use_token');
  const footer = (
    <>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
      <Button
        type="submit"
        form={formId}
        variant="primary"
        pending={pending}
        disabledReason={complete ? undefined : t(login ? 'sources.need_login' : 'sources.need_token')}
      >
        {action}
      </Button>
    </>
  );
  const note = state.phase === 'needs_token' && state.reason !== null ? sourceReason(state.reason, t) : null;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('sources.sign_in_to', { name: config.name })}
      footer={footer}
      initialFocus={first}
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate style={{ display: 'contents' }}>
        {note !== null && error === null && <p className="warn">{note}</p>}
        {login ? (
          <>
            <p className="dim">{t('sources.login_at', { url: config.loginUrl ?? '–' })}</p>
            <Field label={t('sources.user')}>
              <Input ref={first} autoComplete="off" value={user} onChange={(event) => setUser(event.target.value)} />
            </Field>
            <Field label={t('sources.password')} hint={t('sources.in_memory')} error={error ?? undefined}>
              <Input
                type="password"
                autoComplete="off"
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            </Field>
          </>
        ) : (
          <Field label={t('sources.token')} hint={t('sources.in_memory')} error={error ?? undefined}>
            <Input
              ref={first}
              type="password"
              autoComplete="off"
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          </Field>
        )}
      </form>
    </Dialog>
  );
}
