/** What the run was made of: its configuration, its data and their hash, enough to make it again (G21). */
import { useState } from 'react';
import type { BacktestResult } from '#protocol/backtest-shapes.ts';
import { Button } from '#ui/button.tsx';
import { Facts, type Fact } from '#ui/facts.tsx';
import { formatCount, formatMoney } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { copyText } from '#ui/save-file.ts';
import css from './backtest-result.module.css';

export function RunFacts({ run }: { readonly run: BacktestResult }) {
  const t = useT();
  const { dataset, result, config } = run;
  const settings = JSON.stringify(config, undefined, 2);
  const rows: readonly Fact[] = [
    ...(dataset
      ? ([
          [t('backtests.data_set'), dataset.name],
          [t('backtests.symbol'), `${dataset.symbol} · ${dataset.timeframe}`],
          [t('backtests.period'), `${formatTime(dataset.from, 'date')} – ${formatTime(dataset.to, 'date')}`],
          [t('backtests.rows'), formatCount(dataset.rows)],
          [t('backtests.data_hash'), <Copyable key="hash" label={t('backtests.copy_hash')} text={dataset.hash} />],
        ] satisfies Fact[])
      : []),
    ...(result
      ? ([
          [t('backtests.bars_used'), formatCount(result.bars)],
          [
            t('backtests.gaps'),
            t('backtests.gaps_text', { count: formatCount(result.gaps.count), bars: formatCount(result.gaps.bars) }),
          ],
          [t('backtests.took'), `${formatMoney(result.took_ms / 1000)} s`],
        ] satisfies Fact[])
      : []),
    [t('backtests.run_by'), run.user],
    [t('backtests.created'), formatTime(run.created_at, 'full')],
  ];
  return (
    <div className={css.facts}>
      <Facts rows={rows} />
      <div>
        <Copyable label={t('backtests.copy_config')} text={settings} shown={t('backtests.configuration')} />
        <pre tabIndex={0} className={css.config}>
          {settings}
        </pre>
      </div>
    </div>
  );
}

function Copyable({ label, text, shown }: { readonly label: string; readonly text: string; readonly shown?: string }) {
  const t = useT();
  const [said, setSaid] = useState('');
  const copy = async () => setSaid((await copyText(text)) ? t('backtests.copied') : t('backtests.copy_failed'));
  if (text === '') return <>–</>;
  return (
    <span className={css.copyable}>
      {shown === undefined ? <code>{text}</code> : <b>{shown}</b>}
      <Button size="s" variant="ghost" icon="copy" aria-label={label} onClick={() => void copy()} />
      <span role="status" className="dim">
        {said}
      </span>
    </span>
  );
}
