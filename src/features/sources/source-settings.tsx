/** Settings → Sources: what there is beside the own engine, and the way to more. */
import { useState } from 'react';
import { useMay } from '#stores/connection.ts';
import type { SourceView } from '#stores/source-types.ts';
import { Button, IconButton } from '#ui/button.tsx';
import { Switch } from '#ui/field.tsx';
import { formatCount } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { anyText, useSearchState } from '#ui/routing/use-search-state.ts';
import { EmptyState, ErrorState, SkeletonRows } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';
import { Dot } from '#ui/tag.tsx';
import { useNow } from '#ui/use-now.ts';
import { describeSource, isTicking } from './describe-source.ts';
import { PresetDialog } from './preset-dialog.tsx';
import { ReloadNotes } from './reload-notes.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { SignInDialog } from './sign-in-dialog.tsx';
import { SourceDialog } from './source-dialog.tsx';
import { isPreset, KIND_WORD, picksInstruments, presetConfig } from './source-presets.ts';
import styles from './source-settings.module.css';
import { useSourceActions, useSources } from './use-sources.ts';

const CHOOSE = 'choose';

export function SourceSettings() {
  const t = useT();
  const may = useMay('trader');
  const { status, error, sources } = useSources();
  // In the address, so that other pages can lead here: `?add=okx`, `?edit=lab`.
  const [adding, setAdding] = useSearchState('add', '', anyText);
  const [editing, setEditing] = useSearchState('edit', '', anyText);
  const [failure, setFailure] = useState<string | null>(null);
  const ids = sources.map(({ config }) => config.id);
  const edited = sources.find(({ config }) => config.id === editing);
  const add = may && (
    <Button icon="plus" onClick={() => setAdding(CHOOSE)}>
      {t('sources.add')}
    </Button>
  );
  return (
    <Panel title={t('sources.sources')} card actions={sources.length > 0 && add} className={styles['panel'] ?? ''}>
      {failure !== null && (
        <p role="alert" className={`down ${styles['note'] ?? ''}`}>
          {failure}
        </p>
      )}
      {!may && <p className={`dim ${styles['note'] ?? ''}`}>{t('sources.read_only')}</p>}
      <ReloadNotes sources={sources} />
      {status === 'loading' ? (
        <SkeletonRows rows={3} />
      ) : status === 'error' && error !== null ? (
        <ErrorState error={error} />
      ) : sources.length === 0 ? (
        <EmptyState title={t('sources.none')} text={t('sources.none_text')} action={add} />
      ) : (
        <SourceTable sources={sources} may={may} onEdit={setEditing} onFailure={setFailure} />
      )}
      {may && adding === CHOOSE && <PresetDialog onChoose={setAdding} onClose={() => setAdding('')} />}
      {may && isPreset(adding) && status === 'ready' && (
        <SourceDialog
          key={adding}
          config={presetConfig(adding, t(`sources.preset_${adding}`), ids)}
          isNew
          taken={ids}
          onClose={() => setAdding('')}
        />
      )}
      {may && edited && (
        <SourceDialog
          key={edited.config.id}
          config={edited.config}
          isNew={false}
          taken={[]}
          onClose={() => setEditing('')}
        />
      )}
    </Panel>
  );
}

interface TableProps {
  readonly sources: readonly SourceView[];
  readonly may: boolean;
  readonly onEdit: (id: string) => void;
  readonly onFailure: (message: string | null) => void;
}

function SourceTable({ sources, may, onEdit, onFailure }: TableProps) {
  const t = useT();
  const now = useNow(1000, sources.some(isTicking));
  const { save } = useSourceActions();
  const [removing, setRemoving] = useState<SourceView | null>(null);
  const [signingIn, setSigningIn] = useState<SourceView | null>(null);
  const toggle = async ({ config }: SourceView) => {
    onFailure(null);
    try {
      await save({ ...config, enabled: !config.enabled });
    } catch (reason) {
      onFailure(reason instanceof Error ? reason.message : String(reason));
    }
  };
  return (
    <>
      <Table
        label={t('sources.sources')}
        rows={sources}
        rowKey={({ config }) => config.id}
        columns={[
          {
            key: 'on',
            header: t('sources.on'),
            cell: (source) => (
              <Switch
                label={<span className="visually-hidden">{t('sources.enable', { name: source.config.name })}</span>}
                checked={source.config.enabled}
                disabled={!may}
                onChange={() => void toggle(source)}
              />
            ),
          },
          {
            key: 'name',
            header: t('sources.name'),
            cell: ({ config }) => (
              <>
                <b className={styles['name']}>{config.name}</b>{' '}
                <span className={`faint ${styles['id'] ?? ''}`}>{config.id}</span>
              </>
            ),
          },
          {
            key: 'state',
            header: t('desk.state'),
            cell: (source) => <State source={source} now={now} onSignIn={() => setSigningIn(source)} />,
          },
          {
            key: 'kind',
            header: t('sources.kind'),
            wide: true,
            cell: ({ config }) => t(`sources.kind_${KIND_WORD[config.kind]}`),
          },
          {
            key: 'address',
            header: t('sources.address'),
            wide: true,
            cell: ({ config }) => (
              <span className={styles['address']} title={config.url}>
                {config.url}
                {config.via === 'engine' && <span className="faint"> · {t('sources.via_engine')}</span>}
              </span>
            ),
          },
          {
            key: 'instruments',
            header: t('sources.instruments'),
            align: 'end',
            wide: true,
            cell: ({ config }) => (picksInstruments(config.kind) ? formatCount(config.instruments.length) : '–'),
          },
          {
            key: 'actions',
            header: t('desk.actions'),
            align: 'end',
            cell: (source) =>
              may && (
                <>
                  <IconButton
                    icon="edit"
                    size="s"
                    label={t('sources.edit_title', { name: source.config.name })}
                    onClick={() => onEdit(source.config.id)}
                  />
                  <IconButton
                    icon="close"
                    size="s"
                    label={t('sources.remove_title', { name: source.config.name })}
                    onClick={() => setRemoving(source)}
                  />
                </>
              ),
          },
        ]}
      />
      {removing && <RemoveDialog config={removing.config} onClose={() => setRemoving(null)} />}
      {signingIn && <SignInDialog source={signingIn} onClose={() => setSigningIn(null)} />}
    </>
  );
}

interface StateProps {
  readonly source: SourceView;
  readonly now: number;
  readonly onSignIn: () => void;
}

function State({ source, now, onSignIn }: StateProps) {
  const t = useT();
  const { tone, text, reason } = describeSource(source, now, t);
  return (
    <span className={styles['state']} title={reason ?? undefined}>
      <Dot tone={tone} />
      {source.state.phase === 'needs_token' ? (
        <Button size="s" onClick={onSignIn}>
          {t(source.config.auth === 'login' ? 'sources.sign_in' : 'sources.enter_token')}
          <span className="visually-hidden"> {source.config.name}</span>
        </Button>
      ) : (
        text
      )}
    </span>
  );
}
