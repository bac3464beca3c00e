import { describe, expect, it } from 'vitest';
import { readRecording, RecordingError } from './recording-file.ts';

const HEADER = '{"griddesk":"recording","version":1,"kind":"okx","source":"okx","instruments":[]}';
const line = (t: number, frame: string, dir = 'in') => JSON.stringify({ t, dir, connection: 'public', frame });

describe('a recording', () => {
  it('is a header and the frames that came, by time', () => {
    const text = [HEADER, line(20, 'b'), line(10, 'a'), line(15, 'asked', 'out'), ''].join('\n');
    expect(readRecording(text)).toEqual({
      kind: 'okx',
      instruments: [],
      frames: [
        { t: 10, frame: 'a' },
        { t: 20, frame: 'b' },
      ],
    });
  });

  it('may be bare frames, whose words say of which kind they are', () => {
    expect(readRecording('{"arg":{"channel":"tickers"},"data":[]}').kind).toBe('okx');
    expect(readRecording('[{"event_type":"book"}]').kind).toBe('polymarket');
    expect(readRecording('{"type":"price_update","data":{}}').kind).toBe('push');
    expect(readRecording('{"type":"event","channel":"market.sim.A.ticker"}').kind).toBe('engine');
  });

  it('is refused with the line that is wrong', () => {
    const refusal = (text: string) => {
      try {
        readRecording(text);
      } catch (error) {
        return error instanceof RecordingError ? error.line : error;
      }
      return 'taken';
    };
    expect(refusal(`${HEADER}\n${line(1, 'a')}\nnot json`)).toBe(3);
    expect(refusal(`${HEADER}\n{"frame":"a","t":"now"}`)).toBe(2);
    expect(refusal(`${HEADER.replace('"version":1', '"version":2')}\n${line(1, 'a')}`)).toBe(1);
    expect(refusal('')).toBe(1);
    expect(refusal(`${HEADER}\n\n7`)).toBe(3);
  });
});
