/** Sends a file of candles to the engine: `POST /api/v2/data/import`, with what has been sent so far. */
import { datasetView, type DatasetView } from '#protocol/backtest-shapes.ts';
import { ProtocolError } from '#protocol/errors.ts';

export interface UploadFile {
  readonly file: File;
  readonly name: string;
  readonly symbol: string;
  /** Empty: the engine finds it in the data. */
  readonly timeframe: string;
}

export interface UploadHooks {
  /** `null` where the engine asks for none. */
  readonly token: string | null;
  /** Bytes. */
  readonly onSent: (sent: number) => void;
  readonly signal: AbortSignal;
}

/** `fetch` tells nothing of what has been sent. Rejects with the engine's own `ProtocolError`, lines and fields named. */
export function uploadCandles(wanted: UploadFile, { token, onSent, signal }: UploadHooks): Promise<DatasetView> {
  const { file, name, symbol, timeframe } = wanted;
  const query = new URLSearchParams({ name, symbol, ...(timeframe !== '' && { timeframe }) });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const broken = () => reject(new ProtocolError('INTERNAL_ERROR', 'the upload broke off'));
    request.open('POST', `/api/v2/data/import?${query.toString()}`);
    request.setRequestHeader('content-type', 'application/octet-stream');
    if (token !== null) request.setRequestHeader('authorization', `Bearer ${token}`);
    request.upload.onprogress = ({ loaded }) => onSent(loaded);
    request.onload = () => {
      try {
        resolve(readAnswer(request.status, request.responseText));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    request.onerror = broken;
    request.onabort = broken;
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

/** The data set, as the whole of `data` or in its `dataset`. Throws what the engine says is wrong. */
export function readAnswer(status: number, text: string): DatasetView {
  const answer = parse(text);
  const data = part(answer, 'data');
  const found = datasetView.safeParse(part(data, 'dataset') ?? data);
  if (status < 300 && found.success) return found.data;
  const error = part(answer, 'error');
  const [code, message] = [part(error, 'code'), part(error, 'message')];
  throw new ProtocolError(
    typeof code === 'string' ? code : 'INTERNAL_ERROR',
    typeof message === 'string' ? message : `HTTP ${status}`,
    part(error, 'details'),
  );
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function part(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
