import type { UseFormReturn } from 'react-hook-form';
import { Field, Input } from '#ui/field.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Segmented } from '#ui/segmented.tsx';
import type { SourceDraft } from './source-draft.ts';
import styles from './source-dialog.module.css';

interface Props {
  readonly form: UseFormReturn<SourceDraft>;
  readonly auth: SourceDraft['auth'];
}

/** P5, T2, T9. What is secret goes no further than this tab's memory. */
export function AuthenticationFields({ form, auth }: Props) {
  const t = useT();
  const { errors } = form.formState;
  return (
    <div className={styles['form']}>
      <div className={styles['choice']}>
        <span className={styles['label']}>{t('sources.auth')}</span>
        <Segmented
          label={t('sources.auth')}
          value={auth}
          onChange={(value) => form.setValue('auth', value, { shouldDirty: true })}
          options={[
            { value: 'none', label: t('sources.auth_none') },
            { value: 'token', label: t('sources.auth_token') },
            { value: 'login', label: t('sources.auth_login') },
          ]}
        />
      </div>
      {auth === 'token' && (
        <Field label={t('sources.token')} hint={t('sources.in_memory')}>
          <Input type="password" autoComplete="off" {...form.register('token')} />
        </Field>
      )}
      {auth === 'login' && (
        <div className={styles['pair']}>
          <Field
            label={t('sources.login_url')}
            hint={t('sources.login_url_hint')}
            error={errors.loginUrl?.message}
            className={styles['whole'] ?? ''}
          >
            <Input autoComplete="off" spellCheck={false} inputMode="url" {...form.register('loginUrl')} />
          </Field>
          <Field label={t('sources.user')}>
            <Input autoComplete="off" {...form.register('user')} />
          </Field>
          <Field label={t('sources.password')} hint={t('sources.in_memory')}>
            <Input type="password" autoComplete="off" {...form.register('password')} />
          </Field>
        </div>
      )}
    </div>
  );
}
