import type { BookStatus } from '#stores/order-book-feed.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Tag, type TagTone } from '#ui/tag.tsx';

const TONES: Readonly<Record<BookStatus, TagTone>> = {
  loading: 'neutral',
  verified: 'up',
  resyncing: 'warn',
  stale: 'warn',
};

/** Whether every update followed on its predecessor, and how often one did not. */
export function BookTag({ status, resyncs }: { readonly status: BookStatus; readonly resyncs: number }) {
  const t = useT();
  return (
    <span title={t('markets.book_explained', { resyncs })}>
      <Tag tone={TONES[status]}>{t(`markets.book_${status}`)}</Tag>
    </span>
  );
}
