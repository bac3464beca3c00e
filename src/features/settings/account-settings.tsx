import { useState, type FormEvent } from 'react';
import { useCommandMutation } from '#queries/commands.ts';
import { connectionStore } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { useSession } from '#stores/session-context.tsx';
import { Button } from '#ui/button.tsx';
import { Field, Input } from '#ui/field.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { SkeletonRows } from '#ui/states.tsx';
import styles from './settings.module.css';

const PASSWORD_MIN = 10;

export function AccountSettings() {
  const t = useT();
  const session = useSession();
  const peer = useSelect(connectionStore, (view) => view.peer);
  return (
    <Panel title={t('settings.account')} card padded bodyClassName={styles['stack']}>
      {peer === null ? (
        <SkeletonRows rows={4} />
      ) : !peer.authRequired ? (
        <p>{t('settings.no_auth')}</p>
      ) : (
        <>
          <div className={styles['row']}>
            <p className="grow">
              {t('settings.signed_in', { user: peer.user ?? '–', role: peer.role ? t(`desk.role_${peer.role}`) : '–' })}
            </p>
            <Button onClick={() => void session.signOut().finally(() => location.assign('/'))}>
              {t('settings.sign_out')}
            </Button>
          </div>
          <PasswordForm />
        </>
      )}
    </Panel>
  );
}

function PasswordForm() {
  const t = useT();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [tooShort, setTooShort] = useState(false);
  const change = useCommandMutation('user.password', {
    meta: { quiet: true },
    onSuccess: () => {
      setCurrent('');
      setPassword('');
    },
  });
  const issue = (path: string) => change.error?.fieldIssues.find((candidate) => candidate.path === path)?.message;
  const elsewhere = change.error && change.error.fieldIssues.length === 0 ? change.error.message : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTooShort(password.length < PASSWORD_MIN);
    if (password.length < PASSWORD_MIN || change.isPending) return;
    change.mutate({ password, ...(current !== '' && { current }) });
  };
  return (
    <form className={styles['stack']} onSubmit={submit} noValidate>
      <Field label={t('settings.current')} error={issue('current')}>
        <Input
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.target.value)}
        />
      </Field>
      <Field
        label={t('settings.new_password')}
        hint={t('settings.new_password_hint')}
        error={tooShort ? t('settings.new_password_hint') : (issue('password') ?? elsewhere)}
      >
        <Input
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      <div className={styles['row']}>
        <Button type="submit" pending={change.isPending}>
          {t('settings.change_password')}
        </Button>
        {change.isSuccess && <p role="status">{t('settings.password_changed')}</p>}
      </div>
    </form>
  );
}
