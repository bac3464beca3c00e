/** The libraries we compare with. They are installed apart (`bench/controls`), so that nobody else needs them. */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const FOLDER = join(process.cwd(), 'bench', 'controls', 'node_modules');

interface CcxtSide {
  storeArray(level: [number, number]): void;
  readonly length: number;
  [index: number]: [number, number];
}

export interface CcxtBook {
  readonly bids: CcxtSide;
  readonly asks: CcxtSide;
}

interface CcxtBookModule {
  readonly OrderBook: new (snapshot: { bids: [number, number][]; asks: [number, number][] }) => CcxtBook;
}

export interface CcxtClient {
  readonly subscriptions: Record<string, unknown>;
  resolve(result: unknown, hash: string): void;
  reject(error: unknown, hash?: string): void;
}

export interface CcxtOkx {
  setMarkets(markets: readonly object[]): unknown;
  handleMessage(client: CcxtClient, message: unknown): void;
  readonly orderbooks: Record<string, CcxtBook | undefined>;
}

interface CcxtModule {
  readonly default: { readonly pro: { readonly okx: new (options: object) => CcxtOkx } };
}

const load = (path: string): Promise<unknown> => import(pathToFileURL(join(FOLDER, path)).href);

export async function ccxtBook(): Promise<CcxtBookModule> {
  return (await load('ccxt/js/src/base/ws/OrderBook.js')) as CcxtBookModule;
}

export async function ccxt(): Promise<CcxtModule> {
  return (await load('ccxt/js/ccxt.js')) as CcxtModule;
}

interface Frame {
  bake(): Frame;
}

interface GrademarkRule {
  readonly bar: { readonly close: number };
}

interface Grademark {
  backtest(
    strategy: {
      readonly entryRule: (enter: () => void, rule: GrademarkRule) => void;
      readonly exitRule: (exit: () => void, rule: GrademarkRule) => void;
    },
    bars: Frame,
  ): readonly unknown[];
}

interface DataForge {
  readonly DataFrame: new (rows: readonly object[]) => Frame;
}

export async function grademark(): Promise<Grademark & DataForge> {
  const { backtest } = ((await load('grademark/build/index.js')) as { readonly default: Grademark }).default;
  const { DataFrame } = ((await load('data-forge/build/index.js')) as { readonly default: DataForge }).default;
  return { backtest, DataFrame };
}
