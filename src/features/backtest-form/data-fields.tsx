/** Which candles, of which time, with what money and costs. */
import { useState } from 'react';
import { Link } from 'wouter';
import { INTERVAL_MS, INTERVALS } from '#domain/market-data.ts';
import { findInstrument, useInstruments } from '#queries/instruments.ts';
import { Field, Input, NumberInput, Select } from '#ui/field.tsx';
import { formatCount } from '#ui/format/numbers.ts';
import { isoDay } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { paths } from '#ui/routing/routes.ts';
import { Segmented } from '#ui/segmented.tsx';
import css from './backtest-form.module.css';
import { lastDay, RULES } from './draft.ts';
import type { BacktestFormModel } from './use-backtest-form.ts';

const PRESETS = [
  { value: '30d', days: 30 },
  { value: '90d', days: 90 },
  { value: '1y', days: 365 },
] as const;
const DAY_MS = 86_400_000;

export function DataFields({ model }: { readonly model: BacktestFormModel }) {
  const t = useT();
  const { draft, datasets = [], dataset, shown, set } = model;
  const quote = dataset?.symbol.split('-')[1];
  const finest = dataset ? INTERVAL_MS[dataset.timeframe] : 0;
  const startOf = (days: number) => (dataset ? isoDay(Math.max(dataset.from, dataset.to - (days - 1) * DAY_MS)) : '');
  const isAll = draft.start_date === '' && draft.end_date === '';
  const preset = isAll
    ? 'all'
    : (PRESETS.find(({ days }) => draft.end_date === '' && draft.start_date === startOf(days))?.value ?? '');
  if (datasets.length === 0) {
    return (
      <p className={css.across}>
        {t('backtests.no_data')} <Link href={paths.backtests({ tab: 'data' })}>{t('backtests.import_data')}</Link>
      </p>
    );
  }
  return (
    <>
      <Field
        label={t('backtests.data_set')}
        error={shown['data.dataset'] ?? shown['data']}
        className={css.across ?? ''}
        hint={
          dataset &&
          `${isoDay(dataset.from)} – ${isoDay(dataset.to)} · ${t('backtests.rows_gaps', {
            rows: formatCount(dataset.rows),
            gaps: formatCount(dataset.gaps.count),
          })}`
        }
      >
        <Select value={dataset?.id ?? ''} onChange={(event) => model.chooseDataset(event.target.value)}>
          {!dataset && <option value="">{draft.kept.data?.symbol ?? '–'}</option>}
          {datasets
            .filter(({ state }) => state === 'ready')
            .map((each) => (
              <option key={each.id} value={each.id}>
                {each.name} · {each.timeframe}
              </option>
            ))}
        </Select>
      </Field>
      <div className={css.across}>
        <Segmented
          label={t('backtests.period')}
          value={preset}
          options={[
            ...PRESETS.map(({ value }) => ({ value, label: t(`backtests.period_${value}`) })),
            { value: 'all', label: t('backtests.period_all') },
          ]}
          onChange={(next) => {
            const days = PRESETS.find(({ value }) => value === next)?.days;
            set({ start_date: days === undefined ? '' : startOf(days), end_date: '' });
          }}
        />
      </div>
      <Field label={t('backtests.period_from')} error={shown['data.start_date']}>
        <Input
          type="date"
          value={draft.start_date}
          min={dataset && isoDay(dataset.from)}
          max={dataset && lastDay(dataset)}
          onChange={(event) => set({ start_date: event.target.value })}
        />
      </Field>
      <Field label={t('backtests.period_to')} error={shown['data.end_date']}>
        <Input
          type="date"
          value={draft.end_date}
          min={dataset && isoDay(dataset.from)}
          max={dataset && lastDay(dataset)}
          onChange={(event) => set({ end_date: event.target.value })}
        />
      </Field>
      <Field label={t('backtests.timeframe')} error={shown['data.timeframe']}>
        <Select
          value={draft.timeframe === '' ? (dataset?.timeframe ?? '') : draft.timeframe}
          onChange={(event) => set({ timeframe: event.target.value === dataset?.timeframe ? '' : event.target.value })}
        >
          {INTERVALS.filter((each) => INTERVAL_MS[each] >= finest).map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t('backtests.initial_capital')} error={shown['config.initial_capital']}>
        <NumberInput
          unit={quote}
          value={draft.initial_capital}
          onChange={(event) => set({ initial_capital: event.target.value })}
        />
      </Field>
      <Field label={t('backtests.commission')} error={shown['config.commission']}>
        <NumberInput unit="%" value={draft.commission} onChange={(event) => set({ commission: event.target.value })} />
      </Field>
      <Field label={t('backtests.slippage')} error={shown['config.slippage']}>
        <NumberInput unit="%" value={draft.slippage} onChange={(event) => set({ slippage: event.target.value })} />
      </Field>
      <Rules model={model} />
    </>
  );
}

function Rules({ model: { draft, dataset, shown, set } }: { readonly model: BacktestFormModel }) {
  const t = useT();
  const instruments = useInstruments().data?.instruments ?? [];
  const listed = dataset && findInstrument(instruments, undefined, dataset.symbol);
  const wrong = RULES.some((rule) => shown[`instrument.${rule}`] !== undefined);
  const [open, setOpen] = useState(Object.keys(draft.instrument).length > 0);
  return (
    <div className={css.across}>
      <div className={css.moreRow}>
        <button
          type="button"
          className={css.more}
          aria-expanded={open || wrong}
          aria-controls="backtest-rules"
          onClick={() => setOpen(!open)}
        >
          {t('backtests.instrument_rules')}
        </button>
        {listed && (open || wrong) && (
          <button
            type="button"
            className={css.link}
            onClick={() =>
              set({
                instrument: {
                  tick_size: listed.tickSize,
                  lot_size: listed.lotSize,
                  min_size: listed.minSize,
                  min_notional: listed.minNotional,
                },
              })
            }
          >
            {t('backtests.rules_of', { symbol: listed.symbol })}
          </button>
        )}
      </div>
      <div id="backtest-rules" className={css.fields} hidden={!(open || wrong)}>
        {RULES.map((rule) => (
          <Field key={rule} label={t(`backtests.rule_${rule}`)} error={shown[`instrument.${rule}`]}>
            <NumberInput
              placeholder={t(rule === 'tick_size' ? 'backtests.from_data' : 'backtests.none_rule')}
              value={draft.instrument[rule] ?? ''}
              onChange={(event) => set({ instrument: { ...draft.instrument, [rule]: event.target.value } })}
            />
          </Field>
        ))}
      </div>
    </div>
  );
}
