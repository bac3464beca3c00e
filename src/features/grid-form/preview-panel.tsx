/** What the grid would be, before anything starts (G9). */
import type { GridPreview } from '#protocol/shapes.ts';
import type { ListedInstrument } from '#queries/instruments.ts';
import { explained } from '#ui/about.tsx';
import { cx } from '#ui/class-names.ts';
import { DASH, formatCount, formatMoney, formatPct, formatPrice, formatSize } from '#ui/format/numbers.ts';
import { Icon } from '#ui/icon.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone, Stat, StatGrid } from '#ui/stat.tsx';
import { Skeleton } from '#ui/states.tsx';
import css from './grid-form.module.css';
import { commandFailure } from './server-errors.ts';
import type { GridFormModel } from './use-grid-form.ts';

export function PreviewPanel({ model }: { readonly model: GridFormModel }) {
  const t = useT();
  const { preview, instrument, previewError } = model;
  const general = previewError && previewError.fieldIssues.length === 0 ? commandFailure(previewError, t) : null;
  return (
    <section aria-label={t('grids.preview')} aria-busy={model.previewing} className={css.preview}>
      {general !== null && (
        <p className={css.warning} role="alert">
          <Icon name="warning" size={14} /> {general}
        </p>
      )}
      {preview && instrument ? (
        <PreviewFigures preview={preview} instrument={instrument} old={previewError !== null} />
      ) : (
        <NoFigures loading={model.previewing && previewError === null} />
      )}
    </section>
  );
}

interface FiguresProps {
  readonly preview: GridPreview;
  readonly instrument: ListedInstrument;
  /** Of values before the last change. */
  readonly old: boolean;
}

function PreviewFigures({ preview, instrument, old }: FiguresProps) {
  const t = useT();
  const { base, quote, tickSize, lotSize } = instrument;
  const { lowest, highest } = preview.profit_per_grid_pct;
  const [least, most] = [Math.min(lowest, highest), Math.max(lowest, highest)];
  const { lower, stop } = preview.worst_case;
  const percent = (pnl: number) => formatPct((pnl / preview.invested) * 100, { sign: true, decimals: 1 });
  const pct = (value: number) => formatPct(value, { decimals: 3 });
  return (
    <div className={cx(old && css.old)}>
      <StatGrid>
        <Stat
          {...explained(t('grids.profit_per_grid'), t('grids.profit_per_grid_title'))}
          value={least === most ? pct(least) : `${formatMoney(least, { decimals: 3 })} – ${pct(most)}`}
          tone={signTone(least)}
        />
        <Stat
          {...explained(t('grids.quantity'), t('grids.quantity_title'))}
          value={`${formatSize(preview.quantity, lotSize)} ${base}`}
        />
        <Stat
          {...explained(t('grids.orders_planned'), t('grids.orders_planned_title'))}
          value={t('grids.buys_sells', { buys: formatCount(preview.buys), sells: formatCount(preview.sells) })}
        />
        <Stat {...explained(t('grids.lines'), t('grids.lines_title'))} value={formatCount(preview.lines.length)} />
        <Stat
          {...explained(t('grids.initial_purchase'), t('grids.initial_purchase_title'))}
          value={`${formatSize(preview.initial_purchase.amount, lotSize)} ${base}`}
          note={`≈ ${formatMoney(preview.initial_purchase.cost)}`}
        />
        <Stat
          {...explained(t('grids.minimum_investment'), t('grids.minimum_investment_title'))}
          value={`${formatMoney(roundedUp(preview.minimum_investment))} ${quote}`}
        />
        <Stat
          {...explained(t('grids.worst_lower', { price: formatPrice(lower.price, tickSize) }), t('grids.worst_title'))}
          value={formatMoney(lower.pnl, { sign: true })}
          note={percent(lower.pnl)}
          tone={signTone(lower.pnl)}
        />
        <Stat
          {...explained(
            stop ? t('grids.worst_stop', { price: formatPrice(stop.price, tickSize) }) : t('grids.stop_loss_none'),
            t('grids.worst_title'),
          )}
          value={stop ? formatMoney(stop.pnl, { sign: true }) : DASH}
          {...(stop && { note: percent(stop.pnl), tone: signTone(stop.pnl) })}
        />
      </StatGrid>
      {preview.warnings.map((warning) => (
        <p key={warning.code} className={css.warning}>
          <Icon name="warning" size={14} />
          {t(`grids.warning_${warning.code}`)}
        </p>
      ))}
    </div>
  );
}

/** To the cent, and never below: what is shown must be enough when typed. */
function roundedUp(amount: number): number {
  return Math.ceil(amount * 100 - 1e-6) / 100;
}

/** As high as the figures will be, so that nothing jumps. */
function NoFigures({ loading }: { readonly loading: boolean }) {
  const t = useT();
  const names = [
    t('grids.profit_per_grid'),
    t('grids.quantity'),
    t('grids.orders_planned'),
    t('grids.lines'),
    t('grids.initial_purchase'),
    t('grids.minimum_investment'),
    t('grids.worst_lower', { price: DASH }),
    t('grids.stop_loss_none'),
  ];
  return (
    <StatGrid>
      {names.map((name) => (
        <Stat key={name} label={name} value={loading ? <Skeleton width="60%" /> : DASH} tone="dim" />
      ))}
    </StatGrid>
  );
}
