import type { RefObject } from 'react';
import { Link } from 'wouter';
import { useClient } from '#queries/client-context.tsx';
import { connectionStore } from '#stores/connection.ts';
import { useSelect } from '#stores/environment.tsx';
import type { ExchangeState } from '#stores/exchanges.ts';
import { Button, buttonClass } from '#ui/button.tsx';
import { Facts } from '#ui/facts.tsx';
import { formatCompact, formatCount } from '#ui/format/numbers.ts';
import { formatAge, formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Popover } from '#ui/popover.tsx';
import { paths } from '#ui/routing/routes.ts';
import { useNow } from '#ui/use-now.ts';
import { describe, roundTrip } from './describe.ts';
import { venueName } from '#ui/format/venue-name.ts';
import styles from './source-chips.module.css';

interface Props {
  readonly anchor: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}

export function EngineDetails({ anchor, onClose }: Props) {
  const t = useT();
  const client = useClient();
  const view = useSelect(connectionStore, (state) => state);
  const now = useNow();
  const { stats, peer } = view;
  return (
    <Popover title={t('frame.engine')} anchor={anchor} open onOpenChange={(open) => !open && onClose()}>
      <Facts
        rows={[
          [t('desk.state'), describe(view, now, t).text],
          [t('desk.server'), peer?.server ?? '–'],
          [t('desk.user'), peer?.user ?? '–'],
          [t('desk.role'), peer?.role ? t(`desk.role_${peer.role}`) : '–'],
          [t('desk.round_trip'), roundTrip(stats.roundTripMs) ?? '–'],
          [t('desk.last_message'), stats.lastFrameAt === null ? '–' : formatAge(now - stats.lastFrameAt)],
          [t('desk.messages'), formatCount(stats.received)],
          [t('desk.bytes'), formatCompact(stats.receivedBytes)],
          [t('desk.rejected'), formatCount(stats.rejected)],
          [t('desk.reconnects'), formatCount(stats.reconnects)],
        ]}
      />
      <div className={styles['actions']}>
        <Button icon="restart" onClick={() => client.reconnect()}>
          {t('desk.reconnect')}
        </Button>
        <Link href={paths.system()} className={buttonClass()} onClick={onClose}>
          {t('frame.system')}
        </Link>
      </div>
    </Popover>
  );
}

export function VenueDetails({ anchor, onClose, exchange }: Props & { readonly exchange: ExchangeState }) {
  const t = useT();
  return (
    <Popover title={venueName(exchange.venue)} anchor={anchor} open onOpenChange={(open) => !open && onClose()}>
      <Facts
        rows={[
          [t('desk.state'), t(`desk.exchange_${exchange.event}`)],
          [t('desk.reported'), formatTime(exchange.reportedAt, 'short')],
          [t('desk.round_trip'), roundTrip(exchange.latency_ms) ?? '–'],
          ...(exchange.messages === undefined ? [] : [[t('desk.messages'), formatCount(exchange.messages)] as const]),
          ...(exchange.reconnects === undefined
            ? []
            : [[t('desk.reconnects'), formatCount(exchange.reconnects)] as const]),
          ...(exchange.reason === undefined ? [] : [[t('desk.reason'), exchange.reason] as const]),
        ]}
      />
    </Popover>
  );
}
