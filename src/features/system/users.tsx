import { useState, type FormEvent } from 'react';
import { ROLES, type Role } from '#protocol/roles.ts';
import { commandKey, useCommandMutation, useCommandQuery } from '#queries/commands.ts';
import { useQueries } from '#queries/query-client.ts';
import { connectionStore } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import { Button } from '#ui/button.tsx';
import { Field, Input, Select } from '#ui/field.tsx';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { ErrorState, SkeletonRows } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';
import styles from './users.module.css';

/** Who may sign in, for administrators. */
export function Users() {
  const t = useT();
  const queries = useQueries();
  const me = useSelect(connectionStore, ({ peer }) => peer?.user);
  const query = useCommandQuery('user.list', {});
  const refresh = () => queries.invalidateQueries({ queryKey: commandKey('user.list') });
  const remove = useCommandMutation('user.remove', { onSuccess: refresh });
  return (
    <Panel title={t('system.users')}>
      {query.isPending ? (
        <SkeletonRows rows={3} />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Table
          label={t('system.users')}
          rows={query.data.users}
          rowKey={({ name }) => name}
          columns={[
            { key: 'name', header: t('system.name'), cell: ({ name }) => name },
            { key: 'role', header: t('system.role'), cell: ({ role }) => t(`desk.role_${role}`) },
            {
              key: 'created',
              header: t('system.created'),
              wide: true,
              cell: ({ created_at }) => formatTime(created_at, 'short'),
            },
            {
              key: 'remove',
              header: '',
              align: 'end',
              cell: ({ name }) =>
                name !== me && (
                  <Button size="s" variant="ghost" onClick={() => remove.mutate({ name })}>
                    {t('system.remove')}
                    <span className="visually-hidden"> {name}</span>
                  </Button>
                ),
            },
          ]}
        />
      )}
      <AddUser onAdded={() => void refresh()} />
    </Panel>
  );
}

function AddUser({ onAdded }: { readonly onAdded: () => void }) {
  const t = useT();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const add = useCommandMutation('user.add', {
    meta: { quiet: true },
    onSuccess: () => {
      setName('');
      setPassword('');
      onAdded();
    },
  });
  const issue = (path: string) => add.error?.fieldIssues.find((candidate) => candidate.path === path)?.message;
  const elsewhere = add.error && !issue('name') && !issue('password') ? add.error.message : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!add.isPending) add.mutate({ name, password, role });
  };
  return (
    <form className={styles['add']} onSubmit={submit} noValidate>
      <Field label={t('system.name')} error={issue('name') ?? elsewhere}>
        <Input autoComplete="off" value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label={t('system.password')} error={issue('password')}>
        <Input
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </Field>
      <Field label={t('system.role')}>
        <Select value={role} onChange={(event) => setRole(ROLES.find((r) => r === event.target.value) ?? 'viewer')}>
          {ROLES.map((value) => (
            <option key={value} value={value}>
              {t(`desk.role_${value}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Button type="submit" icon="plus" pending={add.isPending}>
        {t('system.add_user')}
      </Button>
    </form>
  );
}
