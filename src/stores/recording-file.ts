/** Recordings as files: JSON lines, a header first, or bare frames. */
import { SOURCE_KINDS, type SourceInstrument, type SourceKind } from '#domain/source.ts';
import { readRecordingLine, type RecordingHead } from '#venues/recording.ts';
import type { RecordedFrame } from '#workers/feed-protocol.ts';

export interface Recording {
  readonly kind: SourceKind;
  readonly instruments: readonly SourceInstrument[];
  /** By rising time, at least one. */
  readonly frames: readonly RecordedFrame[];
}

/** Says on which line, counted from 1, a file is no recording. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

/** Bare frames have no times: they follow each other at this distance. */
const BARE_STEP_MS = 100;

type Fields = Readonly<Record<string, unknown>>;

/** Throws a `RecordingError`. */
export function readRecording(text: string): Recording {
  const frames: RecordedFrame[] = [];
  let head: RecordingHead | undefined;
  let bare = 0;
  for (const [index, content] of text.split('\n').entries()) {
    const line = readRecordingLine(content);
    if (line.kind === 'bad') throw new RecordingError(index + 1, line.why);
    if (line.kind === 'header') head = line.header;
    if (line.kind !== 'frame' || line.dir === 'out') continue;
    if (line.t !== null) {
      frames.push({ t: line.t, frame: line.frame });
    } else {
      if (!isMessage(line.frame)) throw new RecordingError(index + 1, 'neither a recorded frame nor a message');
      bare += 1;
      frames.push({ t: bare * BARE_STEP_MS, frame: line.frame });
    }
  }
  if (frames.length === 0) throw new RecordingError(1, 'no frames');
  frames.sort((a, b) => a.t - b.t);
  return { kind: kindOf(head, frames), instruments: instrumentsOf(head), frames };
}

/** Without this any file somebody picks by mistake would be a recording. */
function isMessage(frame: string): boolean {
  try {
    const value: unknown = JSON.parse(frame);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where no header says it, the frames' own words do. */
function kindOf(head: RecordingHead | undefined, frames: readonly RecordedFrame[]): SourceKind {
  const named = SOURCE_KINDS.find((kind) => kind === head?.kind);
  if (named) return named;
  for (const { frame } of frames.slice(0, 200)) {
    if (/"arg"\s*:\s*\{\s*"channel"/.test(frame)) return 'okx';
    if (/"event_type"\s*:/.test(frame)) return 'polymarket';
    if (/"(price_update|orderbook_update|trade_executed|system_status)"/.test(frame)) return 'push';
    if (/"(balance|positions|pnl|orders)_update"/.test(frame)) return 'trading-socketio';
    if (/"channel"\s*:\s*"(market|grid|system|account)\./.test(frame)) return 'engine';
  }
  throw new RecordingError(1, 'no header says of which kind of source these frames are, and they do not either');
}

const TEXTS = [
  'symbol',
  'base',
  'quote',
  'tickSize',
  'lotSize',
  'minSize',
  'minNotional',
  'makerFee',
  'takerFee',
] as const;

function instrumentsOf(head: RecordingHead | undefined): readonly SourceInstrument[] {
  const listed = head?.instruments;
  return Array.isArray(listed) ? listed.filter(isInstrument) : [];
}

function isInstrument(value: unknown): value is SourceInstrument {
  if (!isFields(value) || TEXTS.some((key) => typeof value[key] !== 'string')) return false;
  const { feeCurrency, title, prediction } = value;
  return (
    (feeCurrency === 'quote' || feeCurrency === 'received') &&
    (title === undefined || typeof title === 'string') &&
    (prediction === undefined || (isFields(prediction) && Array.isArray(prediction['outcomes'])))
  );
}
