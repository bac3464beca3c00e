/** What the test OKX lists, in the words of its REST. */
import type { Fields } from './venue-socket.ts';

export interface OkxListing {
  readonly instId: string;
  readonly instType: 'SPOT' | 'SWAP';
  readonly tickSz: string;
  readonly lotSz: string;
  readonly minSz: string;
  readonly price: string;
  /** A usual size of a level, in base or contracts. */
  readonly size: string;
  /** SWAP: base a contract. */
  readonly ctVal?: string;
}

export const OKX_LISTINGS: readonly OkxListing[] = [
  spot('BTC-USDT', '0.1', '0.00000001', '0.00001', '95012.3', '0.8'),
  spot('ETH-USDT', '0.01', '0.000001', '0.0001', '3312.45', '6'),
  spot('SOL-USDT', '0.01', '0.000001', '0.001', '187.31', '80'),
  spot('PEPE-USDT', '0.000000001', '1', '100000', '0.000011873', '900000000'),
  { ...spot('BTC-USDT-SWAP', '0.1', '0.01', '0.01', '95034.9', '60'), instType: 'SWAP', ctVal: '0.01' },
  { ...spot('ETH-USDT-SWAP', '0.01', '0.01', '0.01', '3313.02', '40'), instType: 'SWAP', ctVal: '0.1' },
];

function spot(instId: string, tickSz: string, lotSz: string, minSz: string, price: string, size: string): OkxListing {
  return { instId, instType: 'SPOT', tickSz, lotSz, minSz, price, size };
}

/** The row of `/public/instruments` and of the channel `instruments`. */
export function instrumentRow({ instId, instType, tickSz, lotSz, minSz, ctVal }: OkxListing): Fields {
  const [base = '', quote = ''] = instId.split('-');
  const isSwap = instType === 'SWAP';
  return {
    alias: '',
    baseCcy: isSwap ? '' : base,
    category: '1',
    ctMult: isSwap ? '1' : '',
    ctType: isSwap ? 'linear' : '',
    ctVal: ctVal ?? '',
    ctValCcy: isSwap ? base : '',
    expTime: '',
    instFamily: isSwap ? `${base}-${quote}` : '',
    instId,
    instType,
    lever: isSwap ? '100' : '',
    listTime: '1573557408000',
    lotSz,
    maxLmtSz: '9999999999',
    maxMktSz: '1000000',
    minSz,
    optType: '',
    quoteCcy: isSwap ? '' : quote,
    ruleType: 'normal',
    settleCcy: isSwap ? quote : '',
    state: 'live',
    stk: '',
    tickSz,
    uly: isSwap ? `${base}-${quote}` : '',
  };
}
