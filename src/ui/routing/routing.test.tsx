import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';
import { paths } from './routes.ts';
import { oneOf, useSearchState } from './use-search-state.ts';

afterEach(cleanup);

describe('addresses', () => {
  it('escape what they are given and leave out what is not', () => {
    expect(paths.market('sim', 'KOGE/USDT')).toBe('/markets/sim/KOGE%2FUSDT');
    expect(paths.grid('grid_1', { tab: 'fills', from: undefined })).toBe('/grids/grid_1?tab=fills');
    expect(paths.grids({})).toBe('/grids');
  });
});

describe('search state', () => {
  const setup = (search: string) => {
    const memory = memoryLocation({ path: '/grids', searchPath: search, record: true });
    const wrapper = ({ children }: { readonly children: ReactNode }) => (
      <Router hook={memory.hook} searchHook={memory.searchHook}>
        {children}
      </Router>
    );
    const hook = renderHook(() => useSearchState('tab', 'orders', oneOf(['orders', 'fills'])), { wrapper });
    return {
      memory,
      value: () => hook.result.current[0],
      set: (to: 'orders' | 'fills') => act(() => hook.result.current[1](to)),
    };
  };

  it('reads the address, and takes an unknown value for the fallback', () => {
    expect(setup('tab=fills').value()).toBe('fills');
    expect(setup('tab=nonsense').value()).toBe('orders');
  });

  it('keeps the other parameters, and leaves out the fallback', () => {
    const { memory, value, set } = setup('x=1');
    set('fills');
    expect(value()).toBe('fills');
    expect(memory.history.at(-1)).toBe('/grids?x=1&tab=fills');
    set('orders');
    expect(memory.history.at(-1)).toBe('/grids?x=1');
  });
});
