/** Asks the engine for a venue's history; it comes in the background. */
import { useState, type FormEvent } from 'react';
import { INTERVALS, type Interval } from '#domain/market-data.ts';
import { commandKey, useCommandMutation } from '#queries/commands.ts';
import { useInstruments } from '#queries/instruments.ts';
import { useQueries } from '#queries/query-client.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Field, Input, Select } from '#ui/field.tsx';
import { venueName } from '#ui/format/venue-name.ts';
import { isoDay } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import css from './datasets.module.css';

const YEAR_MS = 365 * 86_400_000;

export function FetchDialog({ now, onClose }: { readonly now: number; readonly onClose: () => void }) {
  const t = useT();
  const queries = useQueries();
  const instruments = useInstruments().data?.instruments ?? [];
  // OKX's public history needs no account and no trading there.
  const venues = [...new Set(['okx', ...instruments.map((each) => each.venue)])];
  const [venue, setVenue] = useState('okx');
  const [instrument, setInstrument] = useState('BTC-USDT');
  const [timeframe, setTimeframe] = useState<Interval>('1h');
  const [from, setFrom] = useState(isoDay(now - YEAR_MS));
  const [to, setTo] = useState(isoDay(now));
  const fetch = useCommandMutation('data.import', {
    meta: { quiet: true },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: commandKey('data.list') });
      onClose();
    },
  });
  const listed = instruments.filter((each) => each.venue === venue);
  const issues = fetch.error?.fieldIssues ?? [];
  const issue = (path: string) => issues.find((each) => each.path === path)?.message;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (fetch.isPending) return;
    fetch.mutate({
      venue,
      instrument: instrument.trim(),
      timeframe,
      ...(from !== '' && { from: Date.parse(from) }),
      // An end date is inclusive, and not after now.
      ...(to !== '' && { to: Math.min(Date.parse(to) + 86_400_000, now) }),
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('backtests.fetch_data')}
      width={480}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button variant="primary" pending={fetch.isPending} onClick={() => submit()}>
            {t('backtests.fetch')}
          </Button>
        </>
      }
    >
      <form className={css.form} onSubmit={submit} noValidate>
        <Field label={t('backtests.venue')} error={issue('venue')}>
          <Select
            value={venue}
            onChange={(event) => {
              setVenue(event.target.value);
              const first = instruments.find((each) => each.venue === event.target.value);
              if (first) setInstrument(first.symbol);
            }}
          >
            {venues.map((each) => (
              <option key={each} value={each}>
                {venueName(each)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('backtests.symbol')} error={issue('instrument')}>
          <Input
            autoComplete="off"
            list="fetch-symbols"
            value={instrument}
            onChange={(event) => setInstrument(event.target.value)}
          />
        </Field>
        <datalist id="fetch-symbols">
          {listed.map((each) => (
            <option key={each.symbol} value={each.symbol}>
              {each.symbol}
            </option>
          ))}
        </datalist>
        <Field label={t('backtests.timeframe')} error={issue('timeframe')} className={css.across ?? ''}>
          <Select
            value={timeframe}
            onChange={(event) => setTimeframe(INTERVALS.find((each) => each === event.target.value) ?? '1h')}
          >
            {INTERVALS.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('backtests.period_from')} error={issue('from')}>
          <Input type="date" value={from} max={to} onChange={(event) => setFrom(event.target.value)} />
        </Field>
        <Field label={t('backtests.period_to')} error={issue('to')}>
          <Input type="date" value={to} min={from} onChange={(event) => setTo(event.target.value)} />
        </Field>
        {fetch.error && issues.length === 0 && (
          <p role="alert" className={`down ${css.across ?? ''}`}>
            {fetch.error.message}
          </p>
        )}
      </form>
    </Dialog>
  );
}
