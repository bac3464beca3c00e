/** The region *Prediction market*: the question behind an instrument, its outcomes with their chances, and how it stands. */
import { useStore } from 'zustand';
import type { Outcome, PredictionMarket } from '#domain/prediction-market.ts';
import { useInstance } from '#stores/environment.tsx';
import { tickerKey } from '#stores/market-tickers-feed.ts';
import type { ListedInstrument } from '#stores/source-types.ts';
import { tickersStore } from '#stores/tickers.ts';
import { cx } from '#ui/class-names.ts';
import { DASH, formatPct } from '#ui/format/numbers.ts';
import { formatQuoted } from '#ui/format/quoted-price.ts';
import { formatTime } from '#ui/format/times.ts';
import { useT } from '#ui/i18n/use-t.ts';
import { Panel } from '#ui/panel.tsx';
import { Tag, type TagTone } from '#ui/tag.tsx';
import css from './prediction.module.css';
import { probabilityOf } from './probability.ts';
import { useTickChange } from './use-tick-change.ts';

const TONES: Readonly<Record<PredictionMarket['state'], TagTone>> = {
  open: 'up',
  closed: 'warn',
  resolved: 'accent',
};

interface PredictionPanelProps {
  readonly instrument: ListedInstrument;
  readonly market: PredictionMarket;
  /** Another outcome of the question was chosen. */
  readonly onSelect: (instrument: { readonly venue: string; readonly symbol: string }) => void;
  readonly className?: string;
}

export function PredictionPanel({ instrument, market, onSelect, className }: PredictionPanelProps) {
  const t = useT();
  const { venue, symbol, tickSize } = instrument;
  const before = useTickChange(market.id, tickSize);
  const winner = market.outcomes.find((outcome) => outcome.symbol === market.winner);
  const step = (size: string) => formatQuoted(size, { tickSize: size, prediction: market });
  return (
    <Panel
      title={t('markets.prediction')}
      {...(className !== undefined && { className })}
      head="none"
      bodyClassName={css.body}
    >
      <div className={css.question}>
        <div className={css.asked}>
          <h2>{market.question || market.slug || market.id}</h2>
          <Tag tone={TONES[market.state]}>{t(`markets.prediction_${market.state}`)}</Tag>
        </div>
        {market.description !== undefined && market.description !== '' && (
          <details>
            <summary>{t('markets.prediction_rules')}</summary>
            <p>{market.description}</p>
          </details>
        )}
      </div>
      <div role="group" aria-label={t('markets.outcomes')} className={css.outcomes}>
        {market.outcomes.map((outcome) => (
          <OutcomeButton
            key={outcome.symbol}
            venue={venue}
            outcome={outcome}
            market={market}
            tickSize={tickSize}
            chosen={outcome.symbol === symbol}
            onSelect={() => onSelect({ venue, symbol: outcome.symbol })}
          />
        ))}
      </div>
      <dl className={css.facts}>
        <div>
          <dt>{t('markets.tick_size')}</dt>
          <dd>
            <span role="status">
              {step(tickSize)}
              {before !== null && <small className="warn"> {t('markets.tick_was', { before: step(before) })}</small>}
            </span>
          </dd>
        </div>
        <div>
          <dt>{t('markets.ends')}</dt>
          <dd>{market.endsAt === undefined ? DASH : formatTime(market.endsAt, 'date')}</dd>
        </div>
        <div>
          <dt>{t('markets.resolution')}</dt>
          <dd>
            {market.state === 'resolved'
              ? t('markets.resolved_to', { outcome: winner?.name ?? DASH })
              : t(market.state === 'open' ? 'markets.not_resolved' : 'markets.trading_over')}
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

interface OutcomeButtonProps {
  readonly venue: string;
  readonly outcome: Outcome;
  readonly market: PredictionMarket;
  readonly tickSize: string;
  readonly chosen: boolean;
  readonly onSelect: () => void;
}

/** One outcome: its chances as a bar and a figure, its best prices below. */
function OutcomeButton({ venue, outcome, market, tickSize, chosen, onSelect }: OutcomeButtonProps) {
  const t = useT();
  const key = tickerKey(venue, outcome.symbol);
  const ticker = useStore(useInstance(tickersStore), (tickers) => tickers.get(key));
  const [one, two, third] = market.outcomes;
  const opposite = third ? undefined : one?.symbol === outcome.symbol ? two : one;
  const other = useStore(useInstance(tickersStore), (tickers) =>
    opposite ? tickers.get(tickerKey(venue, opposite.symbol)) : undefined,
  );
  const probability = probabilityOf(market, outcome.symbol, ticker, other);
  const won = market.state === 'resolved' && market.winner === outcome.symbol;
  const quoted = { tickSize, prediction: market };
  return (
    <button type="button" aria-pressed={chosen} className={cx(css.outcome, won && css.won)} onClick={onSelect}>
      <span className={css.bar} style={{ width: `${(probability ?? 0) * 100}%` }} />
      <b>
        {outcome.name}
        {won && <Tag tone="up">{t('markets.winner')}</Tag>}
      </b>
      <strong>{formatPct(probability === null ? null : probability * 100, { decimals: 1 })}</strong>
      <small>
        {market.state === 'resolved'
          ? t('markets.trading_over')
          : t('markets.bid_ask', {
              bid: formatQuoted(ticker?.bid, quoted),
              ask: formatQuoted(ticker?.ask, quoted),
            })}
      </small>
    </button>
  );
}
