import { useInstance } from '#stores/environment.tsx';
import { spreadStore } from './spread-store.ts';

/** From here on the prices of pairs that several sources trade are noted, for their course. */
export function useSpreadSampling(): void {
  useInstance(spreadStore);
}
