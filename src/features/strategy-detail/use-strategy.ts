/** One strategy with its instrument, and what its page draws into the chart, stable between changes. */
import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { ChartSignal } from '#charts/candle-chart.ts';
import type { DrawnStrategy } from '#charts/strategy-overlays.ts';
import { findInstrument, type ListedInstrument, useInstruments } from '#queries/instruments.ts';
import { useInstance } from '#stores/environment.tsx';
import type { StrategyDetail } from '#stores/strategies-detail-feed.ts';
import { idleSignals, wanted } from '#stores/strategies-merge.ts';
import { strategiesStore } from '#stores/strategies-store.ts';
import { useT } from '#ui/i18n/use-t.ts';

export interface StrategyPageModel extends StrategyDetail {
  readonly instrument: ListedInstrument | undefined;
  readonly retry: () => void;
  readonly loadOlderFills: () => void;
}

export function useStrategy(id: string): StrategyPageModel {
  const feed = useInstance(strategiesStore).detail(id);
  const detail = useStore(feed);
  const instruments = useInstruments().data?.instruments;
  const config = detail.view?.config;
  const instrument = instruments && config && findInstrument(instruments, config.venue, config.symbol);
  return { ...detail, instrument, retry: feed.retry, loadOlderFills: feed.loadOlderFills };
}

const TARGETS = ['long', 'short', 'flat'] as const;

export function useStrategyChart({ view, signals }: StrategyPageModel) {
  const t = useT();
  const shorts = view?.config.params['allow_short'] === true;
  const marks = useMemo(() => {
    const config = { params: { allow_short: shorts } };
    const idle = idleSignals(signals, config);
    return signals.flatMap((signal): ChartSignal[] => {
      const { side, bar, ts } = signal;
      const target = TARGETS.find((each) => each === wanted(side, config));
      // Told after its bar closed: one that names no bar was decided just before.
      return target && !idle.has(signal) ? [{ bar: bar ?? ts - 1, target, text: t(`desk.target_${target}`) }] : [];
    });
  }, [signals, shorts, t]);
  // Figures change all the time, what is drawn does not: a tick must redraw nothing.
  const config = JSON.stringify(view ? [view.config.strategy, view.config.params] : null);
  const drawn = useMemo((): DrawnStrategy | undefined => {
    const parsed = JSON.parse(config) as [strategy: string, params: DrawnStrategy['params']] | null;
    return parsed ? { strategy: parsed[0], params: parsed[1] } : undefined;
  }, [config]);
  return { marks, drawn };
}
