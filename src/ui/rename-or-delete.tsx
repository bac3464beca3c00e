/** The dialogs behind a menu's *Rename* and *Delete*. Base UI: import this from lazily loaded code only. */
import { ConfirmDialog, NameDialog } from './confirm-dialog.tsx';

/** What a mutation tells of itself. */
interface Sent {
  readonly isPending: boolean;
  readonly error: { readonly message: string } | null;
}

interface Words {
  readonly rename: string;
  readonly name: string;
  readonly delete: string;
  readonly question: string;
}

export function RenameOrDelete({
  asking,
  name,
  words,
  rename,
  remove,
  onName,
  onDelete,
  onClose,
}: {
  readonly asking: 'name' | 'delete' | null;
  /** What it is called now. */
  readonly name: string;
  readonly words: Words;
  readonly rename: Sent;
  readonly remove: Sent;
  readonly onName: (name: string) => void;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}) {
  if (asking === 'name') {
    return (
      <NameDialog
        title={words.rename}
        action={words.rename}
        label={words.name}
        name={name}
        pending={rename.isPending}
        error={rename.error?.message}
        onClose={onClose}
        onName={onName}
      />
    );
  }
  if (asking === 'delete') {
    return (
      <ConfirmDialog
        title={words.delete}
        action={words.delete}
        pending={remove.isPending}
        error={remove.error?.message}
        onClose={onClose}
        onConfirm={onDelete}
      >
        {words.question}
      </ConfirmDialog>
    );
  }
  return null;
}
