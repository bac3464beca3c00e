/** *New grid*: fields, what they would mean, and the start. */
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { GridConfig } from '#protocol/shapes.ts';
import { useClient } from '#queries/client-context.tsx';
import { useCommandMutation } from '#queries/commands.ts';
import { useMay } from '#stores/connection.ts';
import { Button } from '#ui/button.tsx';
import { formatPrice } from '#ui/format/numbers.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { paths } from '#ui/routing/routes.ts';
import { useNavigate } from '#ui/routing/use-search-state.ts';
import { BacktestPanel } from './backtest-panel.tsx';
import { EMPTY_DRAFT, toConfig, toSearch } from './draft.ts';
import { clearDraft, saveDraft } from './draft-storage.ts';
import { GridFields } from './grid-fields.tsx';
import css from './grid-form.module.css';
import { PreviewPanel } from './preview-panel.tsx';
import { landServerErrors } from './server-errors.ts';
import { defaultRange, suggestedRange } from './suggestion.ts';
import { firstPair, type GridFormModel } from './use-grid-form.ts';

const ADDRESS_DELAY_MS = 400;

export function GridForm({ model, className }: { readonly model: GridFormModel; readonly className?: string }) {
  const t = useT();
  const { form, draft, instrument } = model;
  const navigate = useNavigate();
  const mayTrade = useMay('trader');
  const [failure, setFailure] = useState<string | null>(null);
  const start = useCommandMutation('grid.start', {
    meta: { quiet: true },
    onSuccess: ({ grid_id }) => {
      clearDraft();
      navigate(paths.grid(grid_id));
    },
    onError: (error) => setFailure(landServerErrors(error, form, t)),
  });
  useDraftKeeping(model);
  useDefaults(model);

  const submit = form.handleSubmit((values) => {
    setFailure(null);
    // The resolver has just held it against the protocol's schema.
    start.mutate(toConfig(values) as GridConfig);
  });
  return (
    <Panel
      title={t('grids.new_grid')}
      {...(className !== undefined && { className })}
      actions={
        <>
          <Suggest model={model} draftPair={draft.pair} />
          <CopyLink model={model} />
        </>
      }
    >
      <form onSubmit={(event) => void submit(event)} noValidate aria-label={t('grids.new_grid')}>
        <div className={css.padded}>
          <GridFields model={model} />
        </div>
        <PreviewPanel model={model} />
        <BacktestPanel model={model} />
        <div className={css.submit}>
          {failure !== null && (
            <p className={css.failure} role="alert">
              {failure}
            </p>
          )}
          <Button
            type="submit"
            variant="primary"
            pending={start.isPending}
            disabledReason={mayTrade ? undefined : t('grids.needs_trader')}
          >
            {start.isPending ? t('grids.starting') : t('grids.start_grid')}
          </Button>
          <span className="dim">
            {instrument && model.price !== undefined
              ? t('grids.paper_note', { price: formatPrice(model.price, instrument.tickSize), quote: instrument.quote })
              : null}
          </span>
        </div>
      </form>
    </Panel>
  );
}

/** Keeps what is typed in this tab and in the address, so that a link shows it. */
function useDraftKeeping({ draft }: GridFormModel): void {
  const navigate = useNavigate();
  const text = JSON.stringify(draft);
  const keep = useEffectEvent(() => saveDraft(draft));
  const show = useEffectEvent(() => {
    navigate(paths.newGrid(toSearch(draft)), { replace: true });
    keep();
  });
  const chosen = draft.pair !== '';
  const typed = text !== JSON.stringify(EMPTY_DRAFT);
  useEffect(() => {
    if (typed) keep();
    if (!chosen) return undefined;
    // Browsers refuse many address changes a second, and dragging makes many.
    const timer = setTimeout(() => show(), ADDRESS_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text, typed, chosen]);
}

/** An untouched form offers values that trade: the first pair, a range around its price. */
function useDefaults(model: GridFormModel): void {
  const { draft, instruments, instrument, price } = model;
  const fill = useEffectEvent(model.fill);
  const pair = draft.pair === '' ? firstPair(instruments) : draft.pair;
  const chosen = draft.pair !== '';
  useEffect(() => {
    if (!chosen && pair !== '') fill({ pair });
  }, [chosen, pair]);

  const missing = draft.lower_price === '' && draft.upper_price === '' && draft.grid_count === '';
  const ready = missing && instrument !== undefined && price !== undefined;
  const offer = useEffectEvent(() => {
    if (instrument && price !== undefined) fill(defaultRange(instrument, Number(price)));
  });
  useEffect(() => {
    if (ready) offer();
  }, [ready]);

  // Another pair's prices mean nothing for this one.
  const filledFor = useRef(draft.pair);
  useEffect(() => {
    const before = filledFor.current;
    filledFor.current = draft.pair;
    if (before === '' || before === draft.pair) return;
    const prices = { lower_price: '', upper_price: '', trigger_price: '', stop_loss: '', take_profit: '' };
    fill({ ...prices, grid_count: '', order_size: '' });
  }, [draft.pair]);
}

const VOLATILITY_BARS = 96;

/** Fills in a range from the volatility of the last day. */
function Suggest({ model, draftPair }: { readonly model: GridFormModel; readonly draftPair: string }) {
  const t = useT();
  const client = useClient();
  const [pending, setPending] = useState(false);
  const [failed, setFailed] = useState(false);
  const { instrument, price } = model;
  const suggest = async () => {
    if (!instrument || price === undefined) return;
    setPending(true);
    try {
      const { venue, symbol } = instrument;
      const day = { venue, instrument: symbol, interval: '15m', limit: VOLATILITY_BARS } as const;
      const { candles } = await client.command('market.candles', day);
      const last = Number(price);
      const range = suggestedRange(instrument, last, candles) ?? defaultRange(instrument, last);
      // Another pair was chosen while the candles were on their way.
      if (model.form.getValues('pair') === draftPair) model.fill(range);
      setFailed(false);
    } catch {
      setFailed(true);
    } finally {
      setPending(false);
    }
  };
  return (
    <>
      {failed && (
        <span role="alert" className="down">
          {t('grids.suggest_failed')}
        </span>
      )}
      <Button size="s" pending={pending} onClick={() => void suggest()} title={t('grids.suggest_title')}>
        {t('grids.suggest')}
      </Button>
    </>
  );
}

function CopyLink({ model }: { readonly model: GridFormModel }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    const url = new URL(paths.newGrid(toSearch(model.draft)), location.href);
    // A page over plain HTTP has no clipboard; then the address bar, kept up to date, is the link.
    await navigator.clipboard?.writeText(url.href);
    setCopied(true);
  };
  if (navigator.clipboard === undefined) return null;
  return (
    <Button size="s" variant="ghost" icon={copied ? 'check' : 'link'} onClick={() => void copy()}>
      {copied ? t('grids.copied') : t('grids.copy_link')}
    </Button>
  );
}
