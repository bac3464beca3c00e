/** A form's backtest as React uses it. */
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { channelSegment } from '#domain/channel.ts';
import { spawnBacktest } from '#workers/spawn-backtest.ts';
import type { FormRequest } from '#workers/backtest-protocol.ts';
import { useEnvironment } from './environment.tsx';
import { FormBacktest, type FormBacktestState } from './form-backtest.ts';

export interface FormBacktestModel extends FormBacktestState {
  readonly retry: () => void;
}

const WAITING: FormBacktestState = { data: 'loading', from: 0, to: 0, answer: null, busy: false };
const NOWHERE = { getState: () => WAITING, getInitialState: () => WAITING, subscribe: () => () => undefined };

/** The engine's own candles of an instrument, growing as it trades. */
export function marketDataset(venue: string, symbol: string): string {
  return `market-${channelSegment(venue)}-${channelSegment(symbol)}`;
}

/**
 * `request` over the candles of `dataset` from `from` (ms) on, run in a worker at each change. Both `undefined`: nothing is
 * fetched, nothing is run.
 */
export function useFormBacktest(
  dataset: string | undefined,
  from: number,
  request: FormRequest | undefined,
): FormBacktestModel {
  const { bearer } = useEnvironment();
  const backtest = useMemo(() => {
    if (dataset === undefined || !bearer) return undefined;
    const load = (signal: AbortSignal) => loadColumns(dataset, from, bearer, signal);
    return new FormBacktest({ spawn: spawnBacktest, load });
  }, [dataset, from, bearer]);
  useEffect(() => {
    backtest?.open();
    return () => backtest?.close();
  }, [backtest]);

  const text = JSON.stringify(request);
  useEffect(() => {
    if (text !== undefined) backtest?.run(JSON.parse(text) as FormRequest);
  }, [backtest, text]);
  const state = useStore(backtest?.store ?? NOWHERE);
  return { ...state, retry: () => backtest?.open() };
}

async function loadColumns(
  dataset: string,
  from: number,
  bearer: () => Promise<string | null>,
  signal: AbortSignal,
): Promise<ArrayBuffer | undefined> {
  const token = await bearer();
  const response = await fetch(`/api/v2/data/${encodeURIComponent(dataset)}/columns?from=${from}`, {
    signal,
    credentials: 'same-origin',
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.arrayBuffer();
}
