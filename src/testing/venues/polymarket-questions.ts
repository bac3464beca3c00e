/** What the test Polymarket asks, in the words of its Gamma REST (M14). */
import type { Fields } from './venue-socket.ts';

export interface Question {
  readonly id: string;
  readonly conditionId: string;
  readonly question: string;
  readonly slug: string;
  readonly outcomes: readonly [string, string];
  /** Tokens match outcomes by position. */
  readonly tokens: readonly [string, string];
  readonly tickSize: string;
  /** Of the first outcome. */
  readonly price: string;
  /** Where it belongs. */
  readonly event: string;
  readonly endDate: string;
}

export const QUESTIONS: readonly Question[] = [
  ask(1, 'Will it rain in Zürich tomorrow?', 'rain-in-zurich', ['Yes', 'No'], '0.41', 'Weather in Zürich'),
  ask(2, 'Bitcoin Up or Down - next hour', 'btc-updown-1h', ['Up', 'Down'], '0.53', 'Bitcoin Up or Down'),
  ask(3, 'Will the central bank cut rates in March?', 'rate-cut-in-march', ['Yes', 'No'], '0.87', 'Rates in March'),
  ask(4, 'Will the home team win the final?', 'home-team-final', ['Yes', 'No'], '0.22', 'The final'),
];

/** A question of its own, numbered. */
export function ask(
  number: number,
  question: string,
  slug: string,
  outcomes: readonly [string, string],
  price: string,
  event: string,
): Question {
  return {
    id: String(500_000 + number),
    conditionId: `0x${number.toString(16).padStart(4, '0').repeat(16)}`,
    question,
    slug,
    outcomes,
    tokens: [tokenOf(number, 1), tokenOf(number, 2)],
    tickSize: '0.01',
    price,
    event,
    endDate: '2030-01-01T00:00:00Z',
  };
}

/** 77 digits, as on the chain. */
function tokenOf(number: number, outcome: number): string {
  return `${outcome}${String(number).padStart(4, '0')}`.padEnd(77, '7132104567925221259');
}

export interface QuestionState {
  readonly tickSize: string;
  /** Of both outcomes, as text. */
  readonly prices: readonly [string, string];
  readonly bestBid: number;
  readonly bestAsk: number;
  readonly lastTrade: number;
  /** Its index once decided. */
  readonly winner: number | undefined;
}

export function gammaMarket(question: Question, state: QuestionState): Fields {
  const { id, conditionId, slug, outcomes, tokens, endDate } = question;
  const isOver = state.winner !== undefined;
  const prices = isOver ? tokens.map((_, i) => (i === state.winner ? '1' : '0')) : state.prices;
  return {
    id,
    question: question.question,
    conditionId,
    slug,
    endDate,
    startDate: '2026-01-01T00:00:00Z',
    description: `This market resolves to "${outcomes[0]}" if so.`,
    // M14: JSON inside strings.
    outcomes: JSON.stringify(outcomes),
    outcomePrices: JSON.stringify(prices),
    clobTokenIds: JSON.stringify(tokens),
    volume: '79945.98005599984',
    liquidity: '20328.3747',
    active: true,
    closed: isOver,
    archived: false,
    enableOrderBook: true,
    acceptingOrders: !isOver,
    orderPriceMinTickSize: Number(state.tickSize),
    orderMinSize: 5,
    negRisk: false,
    bestBid: state.bestBid,
    bestAsk: state.bestAsk,
    lastTradePrice: state.lastTrade,
    volumeNum: 79945.98005599984,
    liquidityNum: 20328.3747,
    volume24hr: 9120.5,
  };
}
