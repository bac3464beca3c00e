/**
 * Where stores come from. A store module exports a definition; the first use in an environment creates the store.
 * So there is no central list, and a page's stores travel in that page's chunk.
 */
import { createContext, use, type ReactNode } from 'react';
import { useStore, type StoreApi } from 'zustand';
import type { ProtocolClient } from '#client/types.ts';
import type { FrameScheduler } from './frame-scheduler.ts';
import type { FrameTap } from './tap-socket.ts';

export interface StoreEnvironment {
  readonly client: ProtocolClient;
  readonly frames: FrameScheduler;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A token for the engine's REST, `null` where it asks for none. Absent: there is nobody to be. */
  readonly bearer?: () => Promise<string | null>;
  /** Listens in on the engine's socket. Absent: it cannot be recorded. */
  readonly tap?: FrameTap;
}

export type StoreDefinition<T extends object> = (environment: StoreEnvironment) => T;

/** `export const healthStore = defineStore(createHealthStore)`: one instance an environment. */
export function defineStore<T extends object>(create: (environment: StoreEnvironment) => T): StoreDefinition<T> {
  const instances = new WeakMap<StoreEnvironment, T>();
  return (environment) => {
    const existing = instances.get(environment);
    if (existing) return existing;
    const created = create(environment);
    instances.set(environment, created);
    return created;
  };
}

/** A store as its readers see it. */
export type ReadableStore<S> = Pick<StoreApi<S>, 'getState' | 'getInitialState' | 'subscribe'>;

const EnvironmentContext = createContext<StoreEnvironment | null>(null);

export function StoresProvider({
  environment,
  children,
}: {
  readonly environment: StoreEnvironment;
  readonly children: ReactNode;
}) {
  return <EnvironmentContext value={environment}>{children}</EnvironmentContext>;
}

export function useEnvironment(): StoreEnvironment {
  const environment = use(EnvironmentContext);
  if (environment === null) throw new Error('no StoresProvider above');
  return environment;
}

/** The store itself, for its methods and for imperative drawing. */
export function useInstance<T extends object>(definition: StoreDefinition<T>): T {
  return definition(useEnvironment());
}

/** A part of a zustand store's state; renders again when that part changes. */
export function useSelect<S, R>(definition: StoreDefinition<ReadableStore<S>>, select: (state: S) => R): R {
  return useStore(useInstance(definition), select);
}
