/** A file of candles becomes a data set: which file, of what; how far it is; what is wrong with which lines. */
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { INTERVALS } from '#domain/market-data.ts';
import type { DatasetView } from '#protocol/backtest-shapes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { useEnvironment } from '#stores/environment.tsx';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { Field, Input, Select } from '#ui/field.tsx';
import { formatCompact, formatCount } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import css from './datasets.module.css';
import { guessFromName } from './guess-from-name.ts';
import { uploadCandles } from './upload.ts';

const ACCEPT = '.csv,.json,.gz,.zip,.txt';

interface Props {
  /** Dropped on the page. */
  readonly file: File | null;
  readonly onClose: () => void;
  readonly onImported: (dataset: DatasetView) => void;
}

export function ImportDialog({ file: dropped, onClose, onImported }: Props) {
  const t = useT();
  const { bearer } = useEnvironment();
  const [file, setFile] = useState(dropped);
  const guessed = guessFromName(dropped?.name ?? '');
  const [name, setName] = useState(guessed.name);
  const [symbol, setSymbol] = useState(guessed.symbol);
  const [timeframe, setTimeframe] = useState('');
  const [sent, setSent] = useState<number | null>(null);
  const [error, setError] = useState<ProtocolError | null>(null);
  const [missing, setMissing] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const upload = useRef<AbortController | null>(null);
  useEffect(() => () => upload.current?.abort(), []);

  const choose = (next: File | undefined) => {
    if (!next) return;
    const guess = guessFromName(next.name);
    setFile(next);
    setName(guess.name);
    setSymbol(guess.symbol);
    setError(null);
  };
  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    setMissing(file === null || symbol.trim() === '');
    if (file === null || symbol.trim() === '' || sent !== null) return;
    const abort = new AbortController();
    upload.current = abort;
    setError(null);
    setSent(0);
    try {
      const token = (await bearer?.()) ?? null;
      const about = { file, name: name.trim() || file.name, symbol: symbol.trim(), timeframe };
      onImported(await uploadCandles(about, { token, onSent: setSent, signal: abort.signal }));
    } catch (reason) {
      if (abort.signal.aborted) return;
      setError(reason instanceof ProtocolError ? reason : new ProtocolError('INTERNAL_ERROR', String(reason)));
      setSent(null);
    }
  };
  const issues = error?.fieldIssues ?? [];
  const issue = (path: string) => issues.find((each) => each.path === path)?.message;
  const elsewhere = issues.filter(({ path }) => path !== 'symbol' && path !== 'timeframe' && path !== 'name');
  const pending = sent !== null;
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('backtests.import_data')}
      width={520}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button variant="primary" pending={pending} onClick={() => void submit()}>
            {pending ? t('backtests.importing') : t('backtests.import')}
          </Button>
        </>
      }
    >
      <form className={css.form} onSubmit={(event) => void submit(event)} noValidate>
        <Field
          label={t('backtests.file')}
          error={missing && file === null ? t('backtests.issue_required') : undefined}
          className={css.across ?? ''}
        >
          <Input
            ref={picker}
            type="file"
            accept={ACCEPT}
            onChange={(event) => choose(event.currentTarget.files?.[0])}
          />
        </Field>
        {file && (
          <p className={css.across}>
            {file.name} <span className="dim">{formatCompact(file.size)}B</span>
          </p>
        )}
        <Field label={t('backtests.name')} error={issue('name')} className={css.across ?? ''}>
          <Input autoComplete="off" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          label={t('backtests.symbol')}
          error={issue('symbol') ?? (missing && symbol.trim() === '' ? t('backtests.issue_required') : undefined)}
        >
          <Input autoComplete="off" maxLength={64} value={symbol} onChange={(event) => setSymbol(event.target.value)} />
        </Field>
        <Field label={t('backtests.timeframe')} error={issue('timeframe')}>
          <Select value={timeframe} onChange={(event) => setTimeframe(event.target.value)}>
            <option value="">{t('backtests.auto')}</option>
            {INTERVALS.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </Select>
        </Field>
        {file && sent !== null && (
          <div className={css.across} role="status">
            <progress
              className={css.bar}
              max={Math.max(file.size, 1)}
              value={sent}
              aria-label={t('backtests.importing')}
            />
            <p className="dim">
              {sent >= file.size
                ? t('backtests.reading_file')
                : t('backtests.uploaded', { done: formatCompact(sent), total: formatCompact(file.size) })}
            </p>
          </div>
        )}
        {error && (
          <div className={css.across} role="alert">
            <p className="down">{error.message}</p>
            {elsewhere.length > 0 && (
              <ol className={css.issues}>
                {elsewhere.map(({ path, message }, index) => (
                  <li key={`${index} ${path}`}>
                    <span className="faint">{path}</span> {message}
                  </li>
                ))}
              </ol>
            )}
          </div>
        )}
      </form>
    </Dialog>
  );
}

/** What an import has brought, in a line. */
export function ImportedNote({ dataset }: { readonly dataset: DatasetView }) {
  const t = useT();
  const { name, rows, gaps } = dataset;
  return (
    <p role="status" className={css.note}>
      {t('backtests.import_done', { name, rows: formatCount(rows), gaps: formatCount(gaps.count) })}
    </p>
  );
}
