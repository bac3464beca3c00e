import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { StoresProvider } from '#stores/environment.tsx';
import { FakeClient } from '#stores/market-fake-client.ts';
import type { ReplayState } from '#stores/source-types.ts';
import { loadNamespaces } from '#ui/i18n/i18n.ts';
import { ReplayBar } from './replay-bar.tsx';

const store = createStore<{ replay: ReplayState | null }>()(() => ({ replay: null }));
const change = (changes: Partial<ReplayState>) =>
  store.setState(({ replay }) => ({ replay: replay && { ...replay, ...changes } }));
const fake = {
  ...store,
  seekReplay: (at: number) => change({ at }),
  playReplay: (playing: boolean, speed?: number) => change({ playing, ...(speed !== undefined && { speed }) }),
  closeReplay: () => store.setState({ replay: null }),
};
vi.mock('#stores/sources.ts', () => ({ sourcesStore: () => fake }));

const FROM = Date.UTC(2026, 10, 21, 5, 30);
const recording: ReplayState = {
  name: 'okx-crash.jsonl',
  from: FROM,
  to: FROM + 600_000,
  at: FROM,
  playing: false,
  speed: 1,
  frames: 4_200,
  source: 'replay',
};

beforeAll(() => loadNamespaces('sources'));
afterEach(cleanup);

function open() {
  const environment = {
    client: new FakeClient(),
    frames: { schedule: (task: () => void) => task(), flush: () => undefined },
    now: () => 0,
  };
  render(
    <StoresProvider environment={environment}>
      <ReplayBar />
    </StoresProvider>,
  );
}

const bar = () => within(screen.getByRole('region', { name: 'Replay' }));
const press = (name: string) => fireEvent.click(bar().getByRole('button', { name }));
const replay = () => store.getState().replay;

describe('the replay bar', () => {
  it('is there while a recording plays, says that it is one, and goes with it', () => {
    open();
    expect(screen.queryByRole('region')).toBeNull();
    act(() => store.setState({ replay: recording }));
    expect(bar().getByText('Recorded data')).toBeTruthy();
    expect(bar().getByText('okx-crash.jsonl')).toBeTruthy();
    expect(bar().getByText('4,200 frames')).toBeTruthy();
    press('Close recording');
    expect(replay()).toBeNull();
    expect(screen.queryByRole('region')).toBeNull();
  });

  it('plays, pauses, changes its speed and begins anew at its end', () => {
    store.setState({ replay: recording });
    open();
    press('Play');
    expect(replay()).toMatchObject({ playing: true, speed: 1 });
    fireEvent.change(bar().getByRole('combobox', { name: 'Speed' }), { target: { value: '50' } });
    expect(replay()).toMatchObject({ playing: true, speed: 50 });
    press('Pause');
    expect(replay()).toMatchObject({ playing: false, speed: 50 });
    act(() => change({ at: recording.to }));
    press('Play');
    expect(replay()).toMatchObject({ playing: true, at: recording.from });
  });

  it('reaches the end by whole steps, whatever the length', () => {
    store.setState({ replay: { ...recording, to: FROM + 4_363 } });
    open();
    const slider = bar().getByRole<HTMLInputElement>('slider');
    const [max, step] = [Number(slider.max), Number(slider.step)];
    expect(max).toBeGreaterThanOrEqual(FROM + 4_363);
    expect((max - FROM) % step).toBe(0);
    act(() => change({ at: FROM + 4_363 }));
    expect(slider.value).toBe(slider.max);
  });

  it('goes to a time by its slider, which says it in words', () => {
    store.setState({ replay: recording });
    open();
    const slider = bar().getByRole<HTMLInputElement>('slider', { name: 'Time in the recording' });
    fireEvent.change(slider, { target: { value: String(FROM + 300_000) } });
    expect(replay()?.at).toBe(FROM + 300_000);
    expect(slider.getAttribute('aria-valuetext')).toMatch(/Nov 21, 2026.*:35:00/);
  });
});
