import type { ListedInstrument } from '#stores/source-types.ts';
import { formatSize } from '#ui/format/numbers.ts';
import type { Translate } from '#ui/i18n/i18n.ts';

/** A size, with its unit where that is not the base. */
export function sizeText(size: string, instrument: ListedInstrument | undefined, t: Translate): string {
  const text = formatSize(size, instrument?.lotSize);
  return instrument?.contract ? `${text} ${t('common.contracts')}` : text;
}
