import type { SourceInstrument } from '#domain/source.ts';
import { Checkbox } from '#ui/field.tsx';
import { instrumentName } from '#ui/format/instrument-name.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Tag } from '#ui/tag.tsx';
import styles from './instrument-picker.module.css';

interface Props {
  readonly instrument: SourceInstrument;
  /** The one above it: outcomes of one question stand under one heading. */
  readonly previous: SourceInstrument | undefined;
  readonly picked: boolean;
  readonly onToggle: (instrument: SourceInstrument) => void;
}

export function FoundInstrument({ instrument, previous, picked, onToggle }: Props) {
  const t = useT();
  const { symbol, tickSize, lotSize, prediction } = instrument;
  const outcome = prediction?.outcomes.find((candidate) => candidate.symbol === symbol)?.name;
  const first = prediction !== undefined && previous?.prediction?.id !== prediction.id;
  return (
    <>
      {first && (
        <p className={styles['question']}>
          <span>{prediction.question}</span>
          {prediction.state !== 'open' && <Tag>{t(`sources.market_${prediction.state}`)}</Tag>}
          {prediction.endsAt !== undefined && (
            <span className="faint">{t('sources.ends', { time: formatTime(prediction.endsAt, 'date') })}</span>
          )}
        </p>
      )}
      <div className={styles['row']}>
        <Checkbox
          label={outcome ?? instrumentName(instrument)}
          aria-label={
            outcome !== undefined && prediction ? `${prediction.question} — ${outcome}` : instrumentName(instrument)
          }
          checked={picked}
          onChange={() => onToggle(instrument)}
        />
        <span className="faint">
          {prediction ? t('sources.tick', { tick: tickSize }) : t('sources.tick_lot', { tick: tickSize, lot: lotSize })}
        </span>
      </div>
    </>
  );
}
