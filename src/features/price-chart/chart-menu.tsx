/** What the chart shows, as check boxes in a popover, and whose chart it is. */
import { Button } from '#ui/button.tsx';
import { Checkbox } from '#ui/field.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Popover } from '#ui/popover.tsx';
import css from './price-chart.module.css';

export interface ChartOption {
  readonly label: string;
  readonly on: boolean;
  readonly toggle: () => void;
}

export function ChartMenu({ options }: { readonly options: readonly ChartOption[] }) {
  const t = useT();
  return (
    <Popover
      title={t('markets.chart_shows')}
      trigger={
        <Button size="s" variant="ghost" icon="filter">
          {t('markets.indicators')}
        </Button>
      }
    >
      <div className={css.menu}>
        {options.map(({ label, on, toggle }) => (
          <Checkbox key={label} label={label} checked={on} onChange={toggle} />
        ))}
        {/* The library's licence asks for it; its own logo would need a style element the page's policy forbids. */}
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer" className="dim">
          {t('markets.charts_by')}
        </a>
      </div>
    </Popover>
  );
}
