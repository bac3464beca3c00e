/** What a view shows while it has nothing to show: loading, empty, error, forbidden. */
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { Button } from './button.tsx';
import { useT } from './i18n/use-t.ts';
import styles from './states.module.css';

/** A place holder of the final size. */
export function Skeleton({
  width = '100%',
  height = 11,
}: {
  readonly width?: number | string;
  readonly height?: number | string;
}) {
  return <span className={styles['skeleton']} style={{ width, height }} />;
}

export function SkeletonRows({ rows }: { readonly rows: number }) {
  const t = useT();
  return (
    <div className={styles['rows']} role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} width={`${88 - ((row * 17) % 38)}%`} />
      ))}
    </div>
  );
}

interface StateProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** The next step: a button or a link. */
  readonly action?: ReactNode;
}

export function EmptyState({ title, text, action }: StateProps) {
  return (
    <div className={styles['state']}>
      <p className={styles['title']}>{title}</p>
      {text !== undefined && <p className={styles['text']}>{text}</p>}
      {action !== undefined && <div className={styles['actions']}>{action}</div>}
    </div>
  );
}

/** What happened, and the way on. */
export function ErrorState({
  title,
  error,
  onRetry,
}: {
  readonly title?: string;
  readonly error: { readonly message: string; readonly code?: string };
  readonly onRetry?: () => void;
}) {
  const t = useT();
  return (
    <div className={styles['state']} role="alert">
      <span className="down">
        <Icon name="warning" />
      </span>
      <p className={styles['title']}>{title ?? t('common.error_title')}</p>
      <p className={styles['text']}>
        {error.message}
        {error.code !== undefined && <span className="faint"> ({error.code})</span>}
      </p>
      {onRetry && (
        <div className={styles['actions']}>
          <Button onClick={onRetry}>{t('common.retry')}</Button>
        </div>
      )}
    </div>
  );
}

export function ForbiddenState({ text }: { readonly text?: string }) {
  const t = useT();
  return <EmptyState title={t('common.forbidden_title')} text={text ?? t('common.forbidden_text')} />;
}

/** Instead of what an address names: it is not there, not for this reader, not to be had, or still on its way. */
export function NotLoaded({
  error,
  missing,
  onRetry,
}: {
  readonly error: { readonly message: string; readonly code?: string } | null;
  readonly missing: StateProps;
  readonly onRetry: () => void;
}) {
  if (error === null) return <SkeletonRows rows={14} />;
  if (error.code === 'NOT_FOUND') return <EmptyState {...missing} />;
  return error.code === 'FORBIDDEN' ? <ForbiddenState /> : <ErrorState error={error} onRetry={onRetry} />;
}
