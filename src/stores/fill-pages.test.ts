import { describe, expect, it } from 'vitest';
import { FILLS_PAGE, FillPages } from './fill-pages.ts';

interface Fill {
  readonly ts: number;
  readonly trade_id: string;
}

/** `count` fills a millisecond apart, the newest at `newest`, newest first. */
const page = (newest: number, count = FILLS_PAGE): Fill[] =>
  Array.from({ length: count }, (_, i) => ({ ts: newest - i, trade_id: `t${newest - i}` }));

function pagesOver(older: (before: number) => Promise<readonly Fill[]> = async () => []) {
  const changes: number[] = [];
  const pages = new FillPages<Fill>({ older, ownerOf: () => 'a', changed: () => changes.push(1) });
  const settled = () => {
    pages.settle();
    return pages.all.map(({ ts }) => ts);
  };
  return { pages, settled, changes };
}

describe('fills by page', () => {
  it('are shown once they are settled, newest first, each once', () => {
    const { pages, settled } = pagesOver();
    pages.begin(page(3, 3));
    pages.arrive({ ts: 4, trade_id: 't4' });
    pages.arrive({ ts: 3, trade_id: 't3' });
    expect(pages.all).toEqual([]);
    expect(settled()).toEqual([4, 3, 2, 1]);
    expect(pages.more).toBe(false);
  });

  it('Z12: a new page that does not reach back to what is known replaces it, one that does is joined', () => {
    const { pages, settled } = pagesOver();
    pages.begin(page(1000));
    settled();
    pages.begin(page(1000 + FILLS_PAGE - 1));
    expect(settled()).toHaveLength(2 * FILLS_PAGE - 1);
    pages.begin(page(5000));
    expect(settled()).toEqual(page(5000).map(({ ts }) => ts));
    expect(pages.more).toBe(true);
  });

  it('older ones are asked for from the oldest’s own millisecond, one page at a time, until there are none', async () => {
    const asked: number[] = [];
    const { pages, settled, changes } = pagesOver((before) => {
      asked.push(before);
      return Promise.resolve(asked.length === 1 ? page(before - 1, 3) : page(before - 1, 1));
    });
    pages.begin(page(1000));
    settled();
    pages.loadOlder();
    pages.loadOlder();
    await expect.poll(() => changes.length).toBe(1);
    expect(asked).toEqual([1000 - FILLS_PAGE + 2]);
    expect(settled()).toHaveLength(FILLS_PAGE + 2);
    expect(pages.more).toBe(true);
    // The oldest alone: its millisecond has no twins, and nothing lies before it.
    await expect.poll(() => (pages.loadOlder(), asked.length)).toBe(2);
    await expect.poll(() => pages.more).toBe(false);
    pages.loadOlder();
    expect(asked).toHaveLength(2);
  });

  it('a page that does not come can be asked for again', async () => {
    let refused = 0;
    const { pages, settled } = pagesOver(() => {
      refused += 1;
      return Promise.reject(new Error('cut off'));
    });
    pages.begin(page(1000));
    settled();
    pages.loadOlder();
    await expect.poll(() => (pages.loadOlder(), refused)).toBe(2);
    expect(pages.more).toBe(true);
  });
});
