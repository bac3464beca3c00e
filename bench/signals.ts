/** Signal strategies over a year of minutes: the kernel beside the live core, and what a sweep's cell costs. */
import { loadavg } from 'node:os';
import { runFigures, parseRequest } from '#engine/backtest/run.ts';
import { parseSignalCase } from '#engine/backtest/signal-case.ts';
import { runSignalCore } from '#engine/backtest/signal-core.ts';
import { runSignalKernel } from '#engine/backtest/signal-kernel.ts';
import { figure, median, nanosecondsEach } from './support/figure.ts';
import { minutes, YEAR } from './support/minutes.ts';

const quick = process.argv.includes('--quick');
const ROWS = quick ? 20_000 : YEAR;
const ROUNDS = quick ? 1 : 7;
/** Of the core, which is slow. */
const PART = quick ? 5_000 : 50_000;
const MILLIONS = 'M candles/s';

const CASES = {
  'dual_ma 10/30, many fills': { strategy: 'dual_ma', params: { fast_period: 10, slow_period: 30 } },
  'dual_ma 100/500, few fills': { strategy: 'dual_ma', params: { fast_period: 100, slow_period: 500 } },
  rsi_mean_reversion: { strategy: 'rsi_mean_reversion', params: {} },
  bollinger_breakout: { strategy: 'bollinger_breakout', params: {} },
  macd: { strategy: 'macd', params: {} },
  donchian_breakout: { strategy: 'donchian_breakout', params: {} },
};
/** So cheap that they never run out of money. */
const COSTS = {
  config: { initial_capital: '1000000', commission: '0.00001', slippage: '0' },
  instrument: { tick_size: '0.01', lot_size: '0.00001' },
};

console.error(`bench signals: load ${loadavg()[0]?.toFixed(2)} before`);
const columns = minutes(ROWS);
const part = minutes(PART);
const samples = Int32Array.from({ length: 365 }, (_, day) => Math.floor((day * ROWS) / 365));
for (const [name, chosen] of Object.entries(CASES)) {
  const raw = { ...chosen, ...COSTS };
  const signalCase = parseSignalCase(raw, columns.priceDecimals);
  const { length } = runSignalKernel(signalCase, columns, { samples }).fills;
  const ns = nanosecondsEach(
    {
      kernel: () => runSignalKernel(signalCase, columns, { samples }).bars,
      core: () => runSignalCore(signalCase, part, { samples: new Int32Array(0) }).bars,
    },
    ROUNDS,
  );
  figure('signals', `kernel, ${name} (${length}), beside the core`, 1e3 / ns.kernel, MILLIONS, 1e3 / ns.core);
  const cells: Record<'run without its fills' | 'cell of a sweep', () => unknown> = {
    'run without its fills': () => runSignalKernel(signalCase, columns, { samples, figuresOnly: true }),
    'cell of a sweep': () => runFigures(parseRequest(raw), columns),
  };
  for (const [what, run] of Object.entries(cells)) {
    const busy: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(before);
      busy.push((user + system) / 1000);
    }
    figure('signals', `${name} (${length}), ${what}, CPU`, median(busy), 'ms', 20);
  }
}
console.error(`bench signals: load ${loadavg()[0]?.toFixed(2)} after`);
