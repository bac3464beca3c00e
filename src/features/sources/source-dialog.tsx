/** Adding a source, and changing one. */
import { useEffect, useId, useRef, useState } from 'react';
import { useForm, useWatch, type UseFormReturn } from 'react-hook-form';
import type { SourceConfig, SourceKind } from '#domain/source.ts';
import { useMay } from '#stores/connection.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Field, Input } from '#ui/field.tsx';
import type { Translate } from '#ui/i18n/i18n.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Segmented } from '#ui/segmented.tsx';
import { AuthenticationFields } from './authentication-fields.tsx';
import { ConnectionTest } from './connection-test.tsx';
import { InstrumentPicker } from './instrument-picker.tsx';
import { configOf, draftOf, secretsOf, type SourceDraft } from './source-draft.ts';
import styles from './source-dialog.module.css';
import { isUsualAddress, KIND_WORD, mayAuthenticate, picksInstruments } from './source-presets.ts';
import { isBlocked } from './source-reason.ts';
import { landServerErrors, sourceResolver } from './source-validation.ts';
import { useSourceActions } from './use-sources.ts';

interface Props {
  /** The settings to begin with. */
  readonly config: SourceConfig;
  readonly isNew: boolean;
  /** Ids of the other sources. */
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

export function SourceDialog({ config, isNew, taken, onClose }: Props) {
  const t = useT();
  const formId = useId();
  const { kind } = config;
  const actions = useSourceActions();
  const [error, setError] = useState<string | null>(null);
  const form = useSourceForm(t, config, taken);
  const draft = { ...draftOf(config), ...useWatch({ control: form.control }) } as SourceDraft;

  const save = form.handleSubmit(async (values) => {
    setError(null);
    try {
      await actions.save(configOf(values, kind, config.enabled));
      const secrets = secretsOf(values);
      if (secrets) await actions.authenticate(values.id.trim(), secrets);
      onClose();
    } catch (reason) {
      // Saved it is; the page says what it needs to go on.
      if (reason instanceof Error && isBlocked(reason.message)) return onClose();
      setError(landServerErrors(reason, form, t));
    }
  });

  const footer = (
    <>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
      <Button type="submit" form={formId} variant="primary" pending={form.formState.isSubmitting}>
        {t('sources.save')}
      </Button>
    </>
  );
  const title = isNew
    ? t('sources.add_title', { kind: t(`sources.kind_${KIND_WORD[kind]}`) })
    : t('sources.edit_title', { name: config.name });
  return (
    <Dialog open onClose={onClose} title={title} width={660} footer={footer}>
      <form id={formId} className={styles['form']} onSubmit={(event) => void save(event)} noValidate>
        <Basics form={form} isNew={isNew} kind={kind} />
        <Route form={form} kind={kind} draft={draft} />
        {mayAuthenticate(kind) && <AuthenticationFields form={form} auth={draft.auth} />}
        {kind === 'trading-socketio' && (
          <Field
            label={t('sources.zone')}
            hint={t('sources.zone_hint')}
            error={form.formState.errors.zone?.message}
            className={styles['short'] ?? ''}
          >
            <Input placeholder="+00:00" autoComplete="off" {...form.register('zone')} />
          </Field>
        )}
        {picksInstruments(kind) && (
          <InstrumentPicker
            config={configOf(draft, kind, true)}
            chosen={draft.instruments}
            error={form.formState.errors.instruments?.message}
            onChange={(instruments) =>
              form.setValue('instruments', [...instruments], { shouldDirty: true, shouldValidate: true })
            }
          />
        )}
        <ConnectionTest
          config={configOf(draft, kind, true)}
          secrets={secretsOf(draft)}
          onThroughEngine={() => form.setValue('via', 'engine', { shouldDirty: true })}
        />
        {error !== null && (
          <p role="alert" className="down">
            {error}
          </p>
        )}
      </form>
    </Dialog>
  );
}

function useSourceForm(t: Translate, config: SourceConfig, taken: readonly string[]): UseFormReturn<SourceDraft> {
  const resolver = useRef(sourceResolver(t, config.kind, taken));
  const form = useForm<SourceDraft>({
    defaultValues: draftOf(config),
    mode: 'onTouched',
    resolver: (draft, context, options) => resolver.current(draft, context, options),
  });
  useEffect(() => {
    resolver.current = sourceResolver(t, config.kind, taken);
  }, [t, config.kind, taken]);
  return form;
}

interface PartProps {
  readonly form: UseFormReturn<SourceDraft>;
  readonly kind: SourceKind;
}

function Basics({ form, kind, isNew }: PartProps & { readonly isNew: boolean }) {
  const t = useT();
  const { errors } = form.formState;
  return (
    <div className={styles['pair']}>
      <Field label={t('sources.name')} error={errors.name?.message}>
        <Input autoComplete="off" maxLength={60} {...form.register('name')} />
      </Field>
      <Field label={t('sources.id')} hint={t('sources.id_hint')} error={errors.id?.message}>
        <Input autoComplete="off" spellCheck={false} readOnly={!isNew} {...form.register('id')} />
      </Field>
      <Field
        label={t('sources.address')}
        hint={t(`sources.address_hint_${KIND_WORD[kind]}`)}
        error={errors.url?.message}
        className={styles['whole'] ?? ''}
      >
        <Input autoComplete="off" spellCheck={false} inputMode="url" {...form.register('url')} />
      </Field>
    </div>
  );
}

function Route({ form, kind, draft }: PartProps & { readonly draft: SourceDraft }) {
  const t = useT();
  const admin = useMay('admin');
  const { via } = draft;
  const vouched = isUsualAddress(kind, draft.url.trim());
  return (
    <div className={styles['choice']}>
      <span className={styles['label']}>{t('sources.route')}</span>
      <Segmented
        label={t('sources.route')}
        value={via}
        onChange={(value) => form.setValue('via', value, { shouldDirty: true })}
        options={[
          { value: 'direct', label: t('sources.via_direct') },
          { value: 'engine', label: t('sources.via_engine') },
        ]}
      />
      <p className={styles['label']}>{t(`sources.via_${via}_hint`)}</p>
      {via === 'engine' && !vouched && !admin && (
        <p role="status" className="warn">
          {t('sources.needs_admin_via')}
        </p>
      )}
    </div>
  );
}
