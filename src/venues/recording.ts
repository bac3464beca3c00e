/**
 * A recording: JSON lines, a header `{"griddesk":"recording","version":1,"kind":…,"source":…,"instruments":[…]}`, then frames
 * `{"t":ms,"dir":"in"|"out","connection":"public","frame":"…"}`. Files of bare frames, without either, are read too.
 */
import type { SourceInstrument, SourceKind } from '#domain/source.ts';
import type { RawFrame } from './venue.ts';

/** What stands at the head of a recording of ours. */
export interface RecordingHeader {
  readonly kind: SourceKind;
  readonly source: string;
  readonly instruments: readonly SourceInstrument[];
}

export type RecordingLine =
  | { readonly kind: 'blank' }
  | { readonly kind: 'header'; readonly header: RecordingHead }
  | {
      readonly kind: 'frame';
      /** ms; `null` of a bare frame, which does not tell. */
      readonly t: number | null;
      readonly dir: 'in' | 'out';
      readonly frame: string;
    }
  | { readonly kind: 'bad'; readonly why: string };

export interface RecordingHead {
  readonly kind: string;
  readonly source: string | null;
  /** Unchecked. */
  readonly instruments: unknown;
}

/** The only version there is. */
const VERSION = 1;

/** Without the line's end, as `frameLine`. */
export function headerLine({ kind, source, instruments }: RecordingHeader): string {
  return JSON.stringify({ griddesk: 'recording', version: VERSION, kind, source, instruments });
}

export function frameLine({ t, dir, connection, frame }: RawFrame): string {
  return JSON.stringify({ t, dir, connection, frame });
}

export function readRecordingLine(line: string): RecordingLine {
  const text = line.trim();
  if (text === '') return { kind: 'blank' };
  const value = text.startsWith('{') ? parse(text) : undefined;
  if (!value) return bare(text);
  if (value['griddesk'] === 'recording') return readHead(value);
  // Only ours have both; a venue's own message may have either.
  if (!('frame' in value) || !('t' in value || 'dir' in value)) return bare(text);
  const { t, frame, dir = 'in' } = value;
  if (typeof frame !== 'string') return { kind: 'bad', why: 'frame: expected a text' };
  if (typeof t !== 'number' || !Number.isFinite(t)) return { kind: 'bad', why: 't: expected milliseconds' };
  if (dir !== 'in' && dir !== 'out') return { kind: 'bad', why: 'dir: expected in or out' };
  return { kind: 'frame', t, dir, frame };
}

function bare(frame: string): RecordingLine {
  return { kind: 'frame', t: null, dir: 'in', frame };
}

function readHead({ version, kind, source, instruments }: Readonly<Record<string, unknown>>): RecordingLine {
  if (version !== VERSION) return { kind: 'bad', why: `version: expected ${VERSION}` };
  if (typeof kind !== 'string') return { kind: 'bad', why: 'kind: expected the kind of its source' };
  return { kind: 'header', header: { kind, source: typeof source === 'string' ? source : null, instruments } };
}

/** `undefined`: no JSON object. */
function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
