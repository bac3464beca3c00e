import { useState } from 'react';
import type { SourceConfig } from '#domain/source.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { useSourceActions } from './use-sources.ts';

interface Props {
  readonly config: SourceConfig;
  readonly onClose: () => void;
}

export function RemoveDialog({ config: { id, name }, onClose }: Props) {
  const t = useT();
  const { remove } = useSourceActions();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const confirm = async () => {
    setPending(true);
    setError(null);
    try {
      await remove(id);
      onClose();
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
      setPending(false);
    }
  };
  const footer = (
    <>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
      <Button variant="danger" pending={pending} onClick={() => void confirm()}>
        {t('sources.remove')}
      </Button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title={t('sources.remove_title', { name })} footer={footer}>
      <p>{t('sources.remove_text')}</p>
      {error !== null && (
        <p role="alert" className="down">
          {error}
        </p>
      )}
    </Dialog>
  );
}
