/** Monthly returns, years by months, coloured by size, each with its figure. */
import { formatPct } from '#ui/format/numbers.ts';
import { textLocale } from '#ui/format/number-locale.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { signTone } from '#ui/stat.tsx';
import { EmptyState } from '#ui/states.tsx';
import css from './backtest-result.module.css';
import { compounded, heat, type MonthlyReturn, yearRows } from './month-table.ts';

const MONTHS = Array.from({ length: 12 }, (_, month) => month);

export function MonthReturns({ months }: { readonly months: readonly MonthlyReturn[] }) {
  const t = useT();
  if (months.length === 0) return <EmptyState title={t('backtests.no_months')} />;
  const names = new Intl.DateTimeFormat(textLocale(), { month: 'short', timeZone: 'UTC' });
  const percent = (value: number) => formatPct(value * 100, { decimals: 1, sign: true });
  const total = compounded(months.map((month) => month.return));
  return (
    <div className={css.scroll} tabIndex={0} role="group" aria-label={t('backtests.monthly_returns')}>
      <table className={css.months} aria-label={t('backtests.monthly_returns')}>
        <thead>
          <tr>
            <th scope="col">{t('backtests.year')}</th>
            {MONTHS.map((month) => (
              <th key={month} scope="col">
                {names.format(Date.UTC(2024, month, 1))}
              </th>
            ))}
            <th scope="col">{t('backtests.total')}</th>
          </tr>
        </thead>
        <tbody>
          {yearRows(months).map(({ year, months: values, total: yearly }) => (
            <tr key={year}>
              <th scope="row">{year}</th>
              {values.map((value, month) => (
                <td key={month} style={value === null ? undefined : cellColor(value)}>
                  {value === null ? '' : percent(value)}
                </td>
              ))}
              <td className={signTone(yearly)}>{percent(yearly)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={13}>
              {t('backtests.total_all')}
            </th>
            <td className={signTone(total)}>{percent(total)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function cellColor(value: number): { background: string } {
  const share = Math.round(heat(value) * 32);
  return { background: `color-mix(in srgb, var(${value < 0 ? '--down' : '--up'}) ${share}%, transparent)` };
}
