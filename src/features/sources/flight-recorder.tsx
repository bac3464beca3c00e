/** System → Flight recorder: raw frames kept for a bug report, and the way to look at such a recording again. */
import { useRef, useState, type ChangeEvent, type DragEvent } from 'react';
import { OWN_ENGINE } from '#domain/source.ts';
import type { RecordingState } from '#stores/source-types.ts';
import { Button, IconButton } from '#ui/button.tsx';
import { cx } from '#ui/class-names.ts';
import { Switch } from '#ui/field.tsx';
import { formatCompact, formatCount } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { saveBlob } from '#ui/save-file.ts';
import styles from './flight-recorder.module.css';
import { useSourceActions, useSources } from './use-sources.ts';

export function FlightRecorder() {
  const t = useT();
  const { sources, ownRecording } = useSources();
  const { openReplay } = useSourceActions();
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const open = async (file: File | undefined) => {
    if (!file) return;
    setFailure(null);
    try {
      await openReplay(file.name, await file.text());
    } catch (reason) {
      setFailure(t('sources.replay_failed', { reason: reason instanceof Error ? reason.message : String(reason) }));
    }
  };
  const onPick = (event: ChangeEvent<HTMLInputElement>) => {
    const input = event.target;
    const file = input.files?.[0];
    // So that the same file can be chosen again.
    void open(file).finally(() => (input.value = ''));
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void open(event.dataTransfer.files[0]);
  };
  const rows = [
    { id: OWN_ENGINE, name: t('frame.engine'), recording: ownRecording ?? null },
    ...sources
      .filter(({ config }) => config.enabled)
      .map(({ config, recording }) => ({ id: config.id, name: config.name, recording })),
  ];
  return (
    <Panel
      title={t('sources.recorder')}
      actions={
        <Button size="s" icon="upload" onClick={() => picker.current?.click()}>
          {t('sources.open_recording')}
        </Button>
      }
    >
      <input
        ref={picker}
        type="file"
        accept=".jsonl,.json,.txt,application/x-ndjson"
        hidden
        aria-label={t('sources.open_recording')}
        onChange={onPick}
      />
      <div
        className={cx(styles['zone'], over && styles['over'])}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <ul>
          {rows.map((row) => (
            <Recorder key={row.id} {...row} onFailure={setFailure} />
          ))}
        </ul>
        <p className={cx('faint', styles['note'])}>{t('sources.recorder_text')}</p>
        {failure !== null && (
          <p role="alert" className={cx('down', styles['note'])}>
            {failure}
          </p>
        )}
      </div>
    </Panel>
  );
}

interface RecorderProps {
  readonly id: string;
  readonly name: string;
  readonly recording: RecordingState | null;
  readonly onFailure: (message: string | null) => void;
}

function Recorder({ id, name, recording, onFailure }: RecorderProps) {
  const t = useT();
  const { record, takeRecording } = useSourceActions();
  const download = async () => {
    onFailure(null);
    try {
      saveBlob(`${id}-${fileTime(recording?.since ?? 0)}.jsonl`, await takeRecording(id));
    } catch (reason) {
      onFailure(reason instanceof Error ? reason.message : String(reason));
    }
  };
  return (
    <li className={styles['recorder']}>
      <Switch
        label={
          <>
            <span className="visually-hidden">{t('sources.record')} </span>
            {name}
          </>
        }
        checked={recording !== null}
        onChange={(event) => record(id, event.target.checked)}
      />
      {recording && (
        <>
          <span className={styles['figures']}>
            {t('sources.recorded', {
              frames: formatCount(recording.frames),
              size: `${formatCompact(recording.bytes / 1024)} KiB`,
              since: formatTime(recording.since, 'time'),
            })}
            {recording.truncated && <span className="warn"> {t('sources.truncated')}</span>}
          </span>
          <IconButton
            icon="download"
            size="s"
            label={t('sources.download', { name })}
            onClick={() => void download()}
          />
        </>
      )}
    </li>
  );
}

/** `20261121-053010`: sorts, and is a name everywhere. */
function fileTime(ts: number): string {
  return new Date(ts).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
