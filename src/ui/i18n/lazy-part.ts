import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { loadNamespaces } from './i18n.ts';
import type { Namespace } from './keys.ts';

export interface LazyPart<P> {
  readonly Component: LazyExoticComponent<ComponentType<P>>;
  /** Starts loading before it is drawn. */
  readonly preload: () => Promise<unknown>;
}

/** A component whose code and texts come together, so that it never shows a bare key. */
export function lazyPart<P>(load: () => Promise<ComponentType<P>>, ...texts: readonly Namespace[]): LazyPart<P> {
  const loadBoth = async () => {
    const [component] = await Promise.all([load(), loadNamespaces(...texts)]);
    return { default: component };
  };
  return { Component: lazy(loadBoth), preload: loadBoth };
}
