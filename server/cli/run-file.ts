/** `--config FILE` of backtests and sweeps. */
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { backtestData, backtestInstrument, sweepRange } from '#protocol/backtest-shapes.ts';
import { timeOf, type CandleRange } from './candle-input.ts';
import { InputError } from './errors.ts';

export type RunFile = Readonly<Record<string, unknown>>;

const record = z.record(z.string(), z.unknown());
const INSTRUMENT_FIELDS = new Set(Object.keys(backtestInstrument.shape));
/** What a flat file may have beside the grid's own fields. */
const SWEEP_FIELDS = ['ranges', 'metric', 'out_of_sample', 'walk_forward', 'data', 'config'];

const sweepPart = z.object({
  ranges: z.array(sweepRange).check(z.minLength(1), z.maxLength(4)),
  metric: z.optional(z.string()),
  out_of_sample: z.optional(z.number().check(z.gt(0), z.lte(0.8))),
  walk_forward: z.optional(
    z.object({
      windows: z.int().check(z.gte(2), z.lte(24)),
      in_sample: z.number().check(z.gte(0.1), z.lte(0.9)),
    }),
  ),
});
export type SweepPart = z.infer<typeof sweepPart>;

/** One JSON object. Throws an `InputError` that names the file. */
export function readRunFile(file: string): RunFile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError(`cannot use ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = record.safeParse(value);
  if (!parsed.success) throw new InputError(`cannot use ${file}: expected one JSON object`);
  return parsed.data;
}

/** What the file says of the rows; `flags` go before it. */
export function rangeOf(content: RunFile, file: string, flags: CandleRange): CandleRange {
  const { timeframe, start_date, end_date, from_row, to_row } = checked(backtestData, content.data ?? {}, file, 'data');
  const date = (field: string, value: string | number | undefined, end: 'first' | 'last') => {
    const ms = value === undefined ? undefined : timeOf(value, end);
    if (value !== undefined && ms === undefined) throw new InputError(`cannot use ${file}: data.${field} is no date`);
    return ms;
  };
  return {
    timeframe: flags.timeframe ?? timeframe,
    from: flags.from ?? date('start_date', start_date, 'first'),
    to: flags.to ?? date('end_date', end_date, 'last'),
    fromRow: flags.fromRow ?? from_row,
    toRow: flags.toRow ?? to_row ?? undefined,
  };
}

export function sweepPartOf(content: RunFile, file: string): SweepPart {
  return checked(sweepPart, content, file);
}

/** A grid's flat fields in the places that a request has for them. */
export function nestedFile(content: RunFile): RunFile {
  if (content.params !== undefined) return content;
  const pick = (has: (field: string) => boolean) =>
    Object.fromEntries(Object.entries(content).filter(([field]) => has(field)));
  const isBeside = (field: string) => INSTRUMENT_FIELDS.has(field) || SWEEP_FIELDS.includes(field);
  return {
    ...pick((field) => SWEEP_FIELDS.includes(field)),
    params: pick((field) => !isBeside(field) && field !== 'slippage' && field !== 'strategy'),
    instrument: pick((field) => INSTRUMENT_FIELDS.has(field)),
    config: { slippage: content.slippage ?? 0 },
  };
}

function checked<T>(schema: z.ZodMiniType<T>, value: unknown, file: string, at?: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => {
    const field = [...(at === undefined ? [] : [at]), ...path].map(String).join('.');
    return `${field}: ${message}`;
  });
  throw new InputError(`cannot use ${file}: ${issues.join('; ')}`);
}
