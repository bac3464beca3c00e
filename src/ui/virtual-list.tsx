/** @tanstack/react-virtual: import this from lazily loaded code only. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, type ReactNode } from 'react';
import styles from './virtual-list.module.css';

export interface VirtualListProps {
  /** The accessible name of the list. */
  readonly label: string;
  readonly count: number;
  readonly rowHeight: number;
  /** Keeps the end in view as rows arrive. */
  readonly follow?: boolean;
  /** The reader scrolled away from the end (`false`) or came back to it (`true`). */
  readonly onFollowChange?: (following: boolean) => void;
  /** Rows dropped at the front since the beginning: keeps the view still while a full ring turns. */
  readonly dropped?: number;
  readonly className?: string;
  readonly renderRow: (index: number) => ReactNode;
}

const AT_END_PX = 4;

/** Rows of one height, of which only those in view are in the page. */
export function VirtualList(props: VirtualListProps) {
  const { label, count, rowHeight, follow = false, onFollowChange, dropped = 0, className, renderRow } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const wasDropped = useRef(dropped);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => index + dropped,
  });

  useLayoutEffect(() => {
    const element = scroller.current;
    const turned = dropped - wasDropped.current;
    wasDropped.current = dropped;
    if (element === null) return;
    if (follow) element.scrollTop = element.scrollHeight;
    else if (turned > 0) element.scrollTop = Math.max(0, element.scrollTop - turned * rowHeight);
  }, [count, dropped, follow, rowHeight]);

  const onScroll = () => {
    const element = scroller.current;
    if (element === null || !onFollowChange) return;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= AT_END_PX;
    if (atEnd !== follow) onFollowChange(atEnd);
  };

  return (
    <div ref={scroller} className={`${styles['scroller'] ?? ''} ${className ?? ''}`} onScroll={onScroll} tabIndex={0}>
      <div role="list" aria-label={label} className={styles['sizer']} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => (
          <div
            key={item.key}
            role="listitem"
            aria-setsize={count}
            aria-posinset={item.index + 1}
            className={styles['row']}
            style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
          >
            {renderRow(item.index)}
          </div>
        ))}
      </div>
    </div>
  );
}
