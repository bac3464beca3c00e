import { renderHook } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { EMPTY_DRAFT } from './draft.ts';
import { clearDraft, saveDraft } from './draft-storage.ts';
import { useInitialDraft } from './use-initial-draft.ts';

const initial = () => renderHook(() => useInitialDraft()).result.current;

afterEach(() => {
  clearDraft();
  history.replaceState(null, '', '/grids/new');
});

describe('the form begins with', () => {
  it('nothing, in a new tab', () => {
    expect(initial()).toEqual(EMPTY_DRAFT);
  });

  it('what was typed, however little and however shortly before', () => {
    saveDraft({ ...EMPTY_DRAFT, investment: '4321' });
    expect(initial().investment).toBe('4321');

    history.replaceState(null, '', '/grids/new?pair=BTC-USDC&investment=1000');
    saveDraft({ ...EMPTY_DRAFT, pair: 'BTC-USDC', investment: '5000' });
    expect(initial().investment).toBe('5000');
  });

  it('what a link says, where somebody followed one', () => {
    saveDraft({ ...EMPTY_DRAFT, investment: '4321' });
    history.replaceState(null, '', '/grids/new?pair=ETH-USDC&investment=2000');
    expect(initial()).toMatchObject({ pair: 'ETH-USDC', investment: '2000' });
  });

  it('nothing of what is stored in another shape', () => {
    sessionStorage.setItem('griddesk.grid-draft', '{"investment":"4321"}');
    expect(initial()).toEqual(EMPTY_DRAFT);
  });
});
