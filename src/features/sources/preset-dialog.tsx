import { Dialog } from '#ui/dialog.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { PRESETS, type Preset } from './source-presets.ts';
import styles from './source-settings.module.css';

interface Props {
  readonly onChoose: (preset: Preset) => void;
  readonly onClose: () => void;
}

/** What can be added, a card each. */
export function PresetDialog({ onChoose, onClose }: Props) {
  const t = useT();
  return (
    <Dialog open onClose={onClose} title={t('sources.add')} width={620}>
      <ul className={styles['cards']}>
        {PRESETS.map((preset) => (
          <li key={preset}>
            <button type="button" className={styles['card']} onClick={() => onChoose(preset)}>
              <b>{t(`sources.preset_${preset}`)}</b>
              <span>{t(`sources.about_${preset}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
