import type { SourceKind } from '#domain/source.ts';
import type { BookStatus } from '#stores/order-book-feed.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Tag, type TagTone } from '#ui/tag.tsx';

const TONES: Readonly<Record<BookStatus, TagTone>> = {
  loading: 'neutral',
  verified: 'up',
  unverified: 'neutral',
  resyncing: 'warn',
  stale: 'warn',
};

/** What each kind of venue offers to check its book by. */
const CHECKED_BY = {
  engine: 'markets.checked_engine',
  okx: 'markets.checked_okx',
  polymarket: 'markets.checked_polymarket',
  push: 'markets.checked_nothing',
  'trading-socketio': 'markets.checked_nothing',
} as const satisfies Record<SourceKind, string>;

interface BookTagProps {
  readonly status: BookStatus;
  readonly resyncs: number;
  /** The decoder's own words. */
  readonly reason: string | undefined;
  readonly kind: SourceKind;
}

/** How far the book can be trusted, why, and how often it had to start anew. */
export function BookTag({ status, resyncs, reason, kind }: BookTagProps) {
  const t = useT();
  const lines = [
    t(`markets.book_${status}_text`),
    t(CHECKED_BY[kind]),
    t('markets.book_resyncs', { resyncs }),
    ...(reason === undefined ? [] : [reason]),
  ];
  return (
    <span title={lines.join('\n')} aria-description={lines.join(' ')}>
      <Tag tone={TONES[status]}>
        {t(`markets.book_${status}`)}
        {resyncs > 0 && ` · ${resyncs}`}
      </Tag>
    </span>
  );
}
