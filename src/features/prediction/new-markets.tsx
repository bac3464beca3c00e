/** The region *New questions*: what the venues announced and nobody watches yet (M10). */
import { useState } from 'react';
import type { PredictionMarket } from '#domain/prediction-market.ts';
import { useMay } from '#stores/connection.ts';
import { useInstance, useSelect } from '#stores/environment.tsx';
import type { SourceView } from '#stores/source-types.ts';
import { sourcesStore } from '#stores/sources.ts';
import { watching } from '#stores/watch-market.ts';
import { Button } from '#ui/button.tsx';
import { useT } from '#ui/i18n/use-t.ts';
import { Popover } from '#ui/popover.tsx';
import css from './prediction.module.css';

export function NewMarkets() {
  const t = useT();
  // Text, because views change with every second's figures.
  const text = useSelect(sourcesStore, ({ sources }) => JSON.stringify(sources.flatMap(announced)));
  const found = JSON.parse(text) as readonly Announced[];
  if (found.length === 0) return null;
  return (
    <Popover
      title={t('markets.new_questions')}
      align="end"
      trigger={
        <Button size="s" variant="ghost" icon="plus">
          {t('markets.new_questions_count', { count: found.length })}
        </Button>
      }
    >
      <ul className={css.list} aria-label={t('markets.new_questions')}>
        {found.map(({ source, market }) => (
          <NewMarket key={`${source} ${market.id}`} source={source} market={market} />
        ))}
      </ul>
    </Popover>
  );
}

interface Announced {
  readonly source: string;
  readonly market: PredictionMarket;
}

function announced({ config, newMarkets = [] }: SourceView): Announced[] {
  const known = new Set(config.instruments.map(({ symbol }) => symbol));
  return newMarkets
    .filter(({ outcomes }) => outcomes.some(({ symbol }) => !known.has(symbol)))
    .map((market) => ({ source: config.id, market }));
}

function NewMarket({ source, market }: Announced) {
  const t = useT();
  const sources = useInstance(sourcesStore);
  const may = useMay('trader');
  const [state, setState] = useState<'idle' | 'pending' | string>('idle');
  const watch = () => {
    const view = sources.getState().sources.find(({ config }) => config.id === source);
    if (!view) return;
    setState('pending');
    sources.save(watching(view.config, market)).then(
      () => setState('idle'),
      (reason: unknown) => setState(reason instanceof Error ? reason.message : String(reason)),
    );
  };
  const failed = state !== 'idle' && state !== 'pending';
  return (
    <li>
      <span title={market.question}>
        {market.question}
        {failed && (
          <small role="alert" className="down">
            {' '}
            {state}
          </small>
        )}
      </span>
      <Button
        size="s"
        pending={state === 'pending'}
        disabledReason={may ? undefined : t('markets.watch_needs_trader')}
        aria-label={t('markets.watch_question', { question: market.question })}
        onClick={watch}
      >
        {t('markets.watch')}
      </Button>
    </li>
  );
}
