/** *Edit parameters*: of a strategy that runs. It takes its position over and decides anew from the next close on. */
import { useState } from 'react';
import type { StrategySpecView, StrategyView } from '#protocol/strategy-shapes.ts';
import { useCommandMutation, useCommandQuery } from '#queries/commands.ts';
import { Button } from '#ui/button.tsx';
import { Dialog } from '#ui/dialog.tsx';
import { defaultParams, paramIssues, paramValues, type ParamTexts } from '#ui/format/strategy-params.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { ParamField } from '#ui/param-field.tsx';
import { ErrorState, SkeletonRows } from '#ui/states.tsx';
import { liveParams, paramTexts } from './draft.ts';
import { landIssues } from './server-issues.ts';
import css from './strategy-form.module.css';

export interface EditParamsDialogProps {
  readonly strategy: StrategyView;
  /** What prices and amounts are in. */
  readonly currencies: { readonly quote: string | undefined; readonly base: string | undefined };
  readonly onClose: () => void;
}

export function EditParamsDialog(props: EditParamsDialogProps) {
  const t = useT();
  const catalog = useCommandQuery('strategy.catalog', {}, { staleTime: Infinity });
  const spec = catalog.data?.strategies.find(({ id }) => id === props.strategy.config.strategy);
  if (spec) return <Editor {...props} spec={spec} />;
  return (
    <Dialog open onClose={props.onClose} title={t('strategies.edit_params')}>
      {catalog.error ? (
        <ErrorState error={catalog.error} onRetry={() => void catalog.refetch()} />
      ) : (
        <SkeletonRows rows={4} />
      )}
    </Dialog>
  );
}

function Editor({ strategy, spec, currencies, onClose }: EditParamsDialogProps & { readonly spec: StrategySpecView }) {
  const t = useT();
  const params = liveParams(spec);
  const [before] = useState<ParamTexts>(() => ({
    ...defaultParams(params),
    ...paramTexts(strategy.config.params),
  }));
  const [texts, setTexts] = useState(before);
  const [server, setServer] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const update = useCommandMutation('strategy.update_params', {
    meta: { quiet: true },
    onSuccess: onClose,
    onError: (error) => {
      const { landed, rest } = landIssues(error, new Set(params.map(({ name }) => name)), t);
      setServer(landed);
      setFailure(rest);
    },
  });
  const issues = paramIssues(params, texts, t);
  const changed = params.filter(({ name }) => (texts[name] ?? '').trim() !== (before[name] ?? ''));
  const wrong = Object.keys(issues).length > 0;
  const submit = () => {
    if (wrong || changed.length === 0 || update.isPending) return;
    setFailure(null);
    update.mutate({ id: strategy.id, params: paramValues(changed, texts) });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('strategies.edit_params')}
      width={480}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            variant="primary"
            pending={update.isPending}
            disabledReason={
              changed.length === 0 ? t('strategies.nothing_changed') : wrong ? t('strategies.fix_first') : undefined
            }
            onClick={submit}
          >
            {t('strategies.apply')}
          </Button>
        </>
      }
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className={css.dialogFields}>
          {params.map((param) => (
            <ParamField
              key={param.name}
              param={param}
              value={texts[param.name] ?? ''}
              error={issues[param.name] ?? server[`params.${param.name}`]}
              currencies={currencies}
              onChange={(value) => {
                setTexts({ ...texts, [param.name]: value });
                setServer({});
              }}
            />
          ))}
        </div>
        {/* Enter submits from any field. */}
        <button type="submit" hidden>
          {t('strategies.apply')}
        </button>
      </form>
      <p className="dim">{t('strategies.edit_text')}</p>
      {failure !== null && (
        <p role="alert" className="down">
          {failure}
        </p>
      )}
    </Dialog>
  );
}
