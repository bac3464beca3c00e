import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useClient } from '#queries/client-context.tsx';
import { useSession } from '#stores/session-context.tsx';
import type { SignInResult } from '#stores/session.ts';
import { Button } from '#ui/button.tsx';
import { Field, Input } from '#ui/field.tsx';
import { formatAge } from '#ui/format/times.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import { useT } from '#ui/i18n/use-t.ts';
import styles from './sign-in.module.css';

type Failure = Extract<SignInResult, { ok: false }>;

/** The way in: name and password. One-time links are taken before this is shown. */
export function SignIn({ expired }: { readonly expired: boolean }) {
  const t = useT();
  const session = useSession();
  const client = useClient();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending || user === '' || password === '') return;
    setPending(true);
    const result = await session.signIn(user, password);
    setPending(false);
    setPassword('');
    setFailure(result.ok ? null : result);
    if (result.ok) client.reconnect();
  };

  return (
    <main className={styles['screen']}>
      <form className={styles['card']} aria-labelledby="sign-in-title" onSubmit={(event) => void submit(event)}>
        <div className={styles['logo']} aria-hidden="true">
          <img src="/favicon.svg" width="26" height="26" alt="" />
          <span>
            Grid<i>desk</i>
          </span>
        </div>
        <h1 id="sign-in-title">{t('auth.sign_in')}</h1>
        {expired && <p className={styles['note']}>{t('auth.expired')}</p>}
        <Field label={t('auth.user')}>
          <Input
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            ref={first}
            required
            value={user}
            onChange={(event) => setUser(event.target.value)}
          />
        </Field>
        <Field label={t('auth.password')} error={failure ? failureText(failure, t) : undefined}>
          <Input
            name="password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <Button type="submit" variant="primary" pending={pending}>
          {t('auth.sign_in')}
        </Button>
        <p className={styles['hint']}>{t('auth.link_hint')}</p>
      </form>
    </main>
  );
}

function failureText({ code, message, retryAfterMs }: Failure, t: Translate): string {
  if (code === 'AUTH_INVALID') return t('auth.wrong');
  if (code === 'RATE_LIMITED') return t('auth.too_many', { wait: formatAge(retryAfterMs ?? 60_000) });
  if (code === 'UNREACHABLE') return t('auth.unreachable');
  return message === '' ? code : message;
}
