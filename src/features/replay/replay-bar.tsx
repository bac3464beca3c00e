/** The bar across the bottom while a recording is played: what is on screen is not now. */
import { useInstance, useSelect } from '#stores/environment.tsx';
import type { ReplayState } from '#stores/source-types.ts';
import { sourcesStore } from '#stores/sources.ts';
import { IconButton } from '#ui/button.tsx';
import { Select } from '#ui/field.tsx';
import { formatCount } from '#ui/format/numbers.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Tag } from '#ui/tag.tsx';
import styles from './replay-bar.module.css';

const SPEEDS = [1, 2, 5, 10, 25, 50, 100] as const;
/** One step of the slider by the arrow keys; Page Up and Down take ten. */
const STEPS = 200;

export function ReplayBar() {
  const replay = useSelect(sourcesStore, (state) => state.replay);
  return replay && <Bar replay={replay} />;
}

function Bar({ replay }: { readonly replay: ReplayState }) {
  const t = useT();
  const { playReplay, seekReplay, closeReplay } = useInstance(sourcesStore);
  const { name, from, to, at, playing, speed, frames } = replay;
  const step = Math.max(1, Math.round((to - from) / STEPS));
  // A slider stops at whole steps only: the last one must not lie before the end.
  const last = from + Math.ceil((to - from) / step) * step;
  return (
    <>
      <div className={styles['edge']} aria-hidden="true" />
      <section className={styles['bar']} aria-label={t('sources.replay')}>
        <Tag tone="warn">{t('sources.recorded_data')}</Tag>
        <span className={styles['name']} title={name}>
          <b>{name}</b> <span className="dim">{t('sources.frames', { n: formatCount(frames) })}</span>
        </span>
        <IconButton
          icon={playing ? 'pause' : 'play'}
          label={t(playing ? 'sources.pause' : 'sources.play')}
          // At its end, playing begins anew.
          onClick={() => {
            if (!playing && at >= to) seekReplay(from);
            playReplay(!playing);
          }}
        />
        <span className={styles['time']}>{formatTime(at, 'full')}</span>
        <input
          type="range"
          className={styles['slider']}
          aria-label={t('sources.replay_time')}
          aria-valuetext={formatTime(at, 'full')}
          min={from}
          max={last}
          step={step}
          value={at >= to ? last : at}
          onChange={(event) => seekReplay(Number(event.target.value))}
        />
        <span className={styles['end']}>{formatTime(to, 'time')}</span>
        <span className={styles['speed']}>
          <Select
            aria-label={t('sources.speed')}
            value={speed}
            onChange={(event) => playReplay(playing, Number(event.target.value))}
          >
            {SPEEDS.map((value) => (
              <option key={value} value={value}>
                {value}×
              </option>
            ))}
          </Select>
        </span>
        <IconButton icon="close" label={t('sources.close_replay')} onClick={closeReplay} />
      </section>
    </>
  );
}
