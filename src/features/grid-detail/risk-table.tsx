/** What the risk checks decided about a grid's orders, and why (G16). */
import type { RiskView } from '#protocol/shapes.ts';
import { riskKey } from '#stores/grids-merge.ts';
import { figure, reasonText } from '#ui/format/reason-text.ts';
import { formatTime } from '#ui/format/times.ts';
import type { Translate } from '#ui/i18n/i18n.ts';
import { useT } from '#ui/i18n/use-t.ts';
import type { Tone } from '#ui/stat.tsx';
import { EmptyState } from '#ui/states.tsx';
import { Table } from '#ui/table.tsx';

const RULES = [
  'max_order',
  'max_position',
  'max_open_notional',
  'market_deviation',
  'order',
  'quote_cover',
  'kill_switch',
] as const;
const FIGURES = ['order', 'position', 'open_notional', 'deviation', 'limit', 'cost', 'free', 'level'] as const;
const DECISIONS = ['approved', 'refused', 'unfunded'] as const;
const TONES: Readonly<Record<(typeof DECISIONS)[number], Tone>> = { approved: 'up', refused: 'down', unfunded: 'warn' };

const oneOf = <T extends string>(known: readonly T[], word: string): T | undefined => known.find((one) => one === word);

export function RiskTable({ decisions }: { readonly decisions: readonly RiskView[] }) {
  const t = useT();
  if (decisions.length === 0) return <EmptyState title={t('grids.no_risk')} text={t('grids.no_risk_text')} />;
  return (
    <Table<RiskView>
      label={t('grids.risk')}
      rows={decisions}
      rowKey={riskKey}
      columns={[
        {
          key: 'ts',
          header: t('grids.time'),
          cell: ({ ts }) => <span className="dim">{formatTime(ts, 'short')}</span>,
        },
        { key: 'rule', header: t('grids.rule'), cell: ({ rule }) => ruleName(rule, t) },
        { key: 'decision', header: t('grids.decision'), cell: ({ decision }) => <Decision word={decision} /> },
        {
          key: 'figures',
          header: t('grids.figures'),
          wide: true,
          cell: (each) => <span className="dim">{why(each, t)}</span>,
        },
      ]}
    />
  );
}

function Decision({ word }: { readonly word: string }) {
  const t = useT();
  const known = oneOf(DECISIONS, word);
  return known ? <span className={TONES[known]}>{t(`grids.decision_${known}`)}</span> : word;
}

function ruleName(rule: string, t: Translate): string {
  const known = oneOf(RULES, rule);
  return known ? t(`grids.rule_${known}`) : rule;
}

function why({ reason, figures }: RiskView, t: Translate): string {
  if (reason !== undefined) return reasonText(reason, t);
  return Object.entries(figures)
    .map(([name, value]) => `${figureName(name, t)} ${figure(String(value))}`)
    .join(' · ');
}

function figureName(name: string, t: Translate): string {
  const known = oneOf(FIGURES, name);
  return known ? t(`grids.figure_${known}`) : name.replaceAll('_', ' ');
}
