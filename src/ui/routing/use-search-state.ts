import { useCallback } from 'react';
import { useLocation, useSearchParams } from 'wouter';

/**
 * A page's state in its address: `const [tab, setTab] = useSearchState('tab', 'orders', isTab)`.
 * A value equal to the fallback leaves the address; an unknown one counts as the fallback.
 */
export function useSearchState<V extends string>(
  key: string,
  fallback: V,
  accepts: (value: string) => value is V,
): readonly [V, (value: V) => void] {
  const [search, setSearch] = useSearchParams();
  const given = search.get(key);
  const value = given !== null && accepts(given) ? given : fallback;
  const set = useCallback(
    (next: V) =>
      setSearch(
        (previous) => {
          const changed = new URLSearchParams(previous);
          if (next === fallback) changed.delete(key);
          else changed.set(key, next);
          return changed;
        },
        { replace: true },
      ),
    [setSearch, key, fallback],
  );
  return [value, set];
}

/** Accepts any text, for free filters. */
export function anyText(value: string): value is string {
  return typeof value === 'string';
}

/** `oneOf(['1m', '5m'])` accepts exactly these. */
export function oneOf<V extends string>(values: readonly V[]): (value: string) => value is V {
  return (value): value is V => (values as readonly string[]).includes(value);
}

/** Goes to an address made by `paths`. */
export function useNavigate(): (to: string, options?: { readonly replace?: boolean }) => void {
  return useLocation()[1];
}
