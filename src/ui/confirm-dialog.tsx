/** Base UI: import this from lazily loaded code only. */
import { useState, type FormEvent, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Field, Input } from './field.tsx';
import { useT } from './i18n/use-t.ts';

interface Common {
  readonly title: string;
  /** What the main button says. */
  readonly action: string;
  readonly pending: boolean;
  readonly error?: string | undefined;
  readonly onClose: () => void;
}

/** Asks before something is gone. */
export function ConfirmDialog({
  title,
  action,
  pending,
  error,
  onClose,
  onConfirm,
  children,
}: Common & { readonly onConfirm: () => void; readonly children: ReactNode }) {
  const t = useT();
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button variant="danger" pending={pending} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      <p>{children}</p>
      {error !== undefined && (
        <p role="alert" className="down">
          {error}
        </p>
      )}
    </Dialog>
  );
}

/** Asks for another name. */
export function NameDialog({
  title,
  action,
  label,
  name,
  pending,
  error,
  onClose,
  onName,
}: Common & { readonly label: string; readonly name: string; readonly onName: (name: string) => void }) {
  const t = useT();
  const [text, setText] = useState(name);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (text.trim() !== '' && !pending) onName(text.trim());
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button variant="primary" pending={pending} onClick={() => submit()}>
            {action}
          </Button>
        </>
      }
    >
      <form onSubmit={submit} noValidate>
        <Field label={label} error={error}>
          <Input autoComplete="off" maxLength={80} value={text} onChange={(event) => setText(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
