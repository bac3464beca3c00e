/** What sizes count, over their column: base, or contracts of a derivative. */
import { useT } from './i18n/use-t.ts';

export interface SizeHeadProps {
  /** What one is: so much of a currency. */
  readonly contract: { readonly value: string; readonly currency: string } | undefined;
}

export function SizeHead({ contract }: SizeHeadProps) {
  const t = useT();
  if (!contract) return <>{t('markets.size')}</>;
  const { value, currency } = contract;
  return <span title={t('markets.contract_is', { value, currency })}>{t('markets.size_contracts')}</span>;
}
