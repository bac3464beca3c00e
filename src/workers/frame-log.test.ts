import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameLog } from './frame-log.ts';

const header = { kind: 'okx', source: 'okx', instruments: [] } as const;

it('keeps the newest frames within its limit, and says that older ones are gone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ maxLength: 200 }), { maxLength: 100 }), async (frames) => {
      const limit = 2_000;
      const log = new FrameLog(5, limit);
      for (const [t, frame] of frames.entries()) log.add({ t, dir: 'in', connection: 'public', frame });
      const [first, ...lines] = (await log.file(header).text()).trimEnd().split('\n');
      expect(JSON.parse(first ?? '')).toEqual({ griddesk: 'recording', version: 1, ...header });
      const kept = lines.map((line) => JSON.parse(line) as { t: number; frame: string });
      expect(log.figures).toEqual({
        since: 5,
        frames: kept.length,
        bytes: lines.reduce((sum, line) => sum + line.length + 1, 0),
        truncated: kept.length < frames.length,
      });
      expect(log.figures.bytes).toBeLessThanOrEqual(limit);
      expect(kept.map(({ frame }) => frame)).toEqual(frames.slice(frames.length - kept.length));
    }),
  );
});

it('does not hold on to what it let go', () => {
  const log = new FrameLog(0, 1_000);
  for (let t = 0; t < 20_000; t++) log.add({ t, dir: 'in', connection: 'a', frame: 'x'.repeat(50) });
  expect(log.figures).toMatchObject({ truncated: true });
  expect(log.figures.frames).toBeLessThan(20);
});
