import { BacktestForm } from '#features/backtest-form/backtest-form.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import css from './backtests.module.css';

export function NewBacktestPage() {
  const t = useT();
  return (
    <div className={css.form}>
      <h1 className="visually-hidden">{t('backtests.new_backtest')}</h1>
      <BacktestForm />
    </div>
  );
}
