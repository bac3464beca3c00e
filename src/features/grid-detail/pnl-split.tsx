/** How the profit comes about, as one identity (G8): realized + unrealized = equity − invested. */
import type { GridStatus } from '#protocol/shapes.ts';
import { formatMoney } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone } from '#ui/stat.tsx';
import css from './grid-detail.module.css';
import { exactOf } from './exact.ts';

export function PnlSplit({ status }: { readonly status: GridStatus }) {
  const t = useT();
  const figure = exactOf(status);
  const number = (name: keyof GridStatus) => Number(figure(name) ?? 0);
  const other = number('realized_pnl') - number('grid_profit');
  const total = number('realized_pnl') + number('unrealized_pnl');
  const rows = [
    { name: t('grids.grid_profit'), value: figure('grid_profit'), text: t('grids.grid_profit_title') },
    { name: t('grids.other_realized'), value: other, text: t('grids.other_realized_title') },
    { name: t('grids.unrealized_pnl'), value: figure('unrealized_pnl'), text: t('grids.unrealized_pnl_title') },
  ];
  return (
    <table className={css.split}>
      <tbody>
        {rows.map(({ name, value, text }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className={signTone(value)}>{formatMoney(value, { sign: true })}</td>
            <td className="dim">{text}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t('grids.total_pnl')}</th>
          <td className={signTone(total)}>{formatMoney(total, { sign: true })}</td>
          <td className="dim">
            {t('grids.identity', { equity: formatMoney(figure('equity')), invested: formatMoney(figure('invested')) })}{' '}
            {t('grids.fees_included', { fees: formatMoney(figure('fees')) })}
          </td>
        </tr>
      </tfoot>
    </table>
  );
}
