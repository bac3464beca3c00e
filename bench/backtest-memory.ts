/** A run in a process of its own: `backtest-memory <core|kernel|none> <rows>` tells the most memory it ever held, MB. */
import { parseCase } from '#engine/backtest/case.ts';
import { runGridCore } from '#engine/backtest/grid-core.ts';
import { runGridKernel } from '#engine/backtest/grid-kernel.ts';
import { MANY, minutes } from './support/minutes.ts';

const [path = 'none', rows = '0'] = process.argv.slice(2);
const columns = minutes(Number(rows));
const options = { samples: Int32Array.from({ length: 2000 }, (_, index) => Math.floor((index * Number(rows)) / 2000)) };
const run = { core: runGridCore, kernel: runGridKernel, none: undefined }[path];
const fills = run?.(parseCase(MANY), columns, options).fills.length ?? 0;
process.stdout.write(JSON.stringify({ mb: process.resourceUsage().maxRSS / 1024, fills }));
