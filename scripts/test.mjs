/**
 * `npm test`: every check there is. Ends with one line, `N passed, N failed, N skipped`, summed over the test
 * runners, each other check counting as one.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './lib/browser.mjs';
import { ensureInstalled, requireNode } from './lib/prepare.mjs';
import { root } from './lib/root.mjs';
import { capture, tool } from './lib/run.mjs';

const results = join(root, 'test-results');
const vitestReport = join(results, 'vitest.json');
const playwrightReport = join(results, 'playwright.json');

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** A suite that fails to load has no failed test of its own, hence the exit code. */
const atLeastOneFailed = (counts, code) => (code === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 });

function vitestCounts(code) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = readJson(vitestReport);
  return atLeastOneFailed(
    { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests },
    code,
  );
}

function playwrightCounts(code) {
  const { expected, unexpected, flaky, skipped } = readJson(playwrightReport).stats;
  return atLeastOneFailed({ passed: expected, failed: unexpected + flaky, skipped }, code);
}

const node = (...args) => ({ command: process.execPath, args });

/** `after`: what it needs; `alone`: it wants both cores to itself. */
const steps = [
  { name: 'build', ...node('scripts/build.mjs') },
  { name: 'types', ...node(tool('typescript/bin/tsc'), '-b') },
  { name: 'lint', ...node(tool('oxlint/bin/oxlint'), '--deny-warnings') },
  { name: 'format', ...node(tool('prettier/bin/prettier.cjs'), '--check', '.') },
  { name: 'dead code', ...node(tool('knip/bin/knip.js')) },
  { name: 'architecture', after: ['types'], ...node('scripts/check-architecture.mjs') },
  { name: 'size', after: ['build'], ...node('scripts/check-size.mjs') },
  {
    name: 'unit and integration',
    alone: true,
    counts: vitestCounts,
    ...node(tool('vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile=${vitestReport}`),
  },
  {
    name: 'end to end',
    after: ['build'],
    alone: true,
    counts: playwrightCounts,
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport },
    ...node(tool('playwright/cli.js'), 'test', '--reporter=list,json'),
  },
  { name: 'benchmarks run', after: ['build'], alone: true, ...node('scripts/bench.mjs', '--quick') },
];

async function runStep(step, env) {
  const started = Date.now();
  const { code, output } = await capture(step.command, step.args, { ...env, ...step.env });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  let counts = { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  try {
    if (step.counts) counts = step.counts(code);
  } catch {
    counts = { passed: 0, failed: 1, skipped: 0 };
  }
  const ok = counts.failed === 0;
  const detail = step.counts ? `  ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped` : '';
  console.log(`${ok ? '✓' : '✗'} ${step.name.padEnd(20)} ${seconds.padStart(6)} s${detail}`);
  if (!ok) console.log(`${output.trimEnd()}\n`);
  return counts;
}

/** Two at a time, in the order of the list, as soon as what a step needs has passed. */
async function runAll(env) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const waiting = [...steps];
  const running = new Map();
  const passed = new Set();
  const isReady = (step) =>
    (step.after ?? []).every((name) => passed.has(name)) && (step.alone ? running.size === 0 : true);

  while (waiting.length > 0 || running.size > 0) {
    const alone = [...running.keys()].some((step) => step.alone);
    const next = alone || running.size >= 2 ? undefined : waiting.find(isReady);
    if (next) {
      waiting.splice(waiting.indexOf(next), 1);
      running.set(
        next,
        runStep(next, env).then((counts) => ({ step: next, counts })),
      );
    } else if (running.size > 0) {
      const { step, counts } = await Promise.race(running.values());
      running.delete(step);
      if (counts.failed === 0) passed.add(step.name);
      for (const key of Object.keys(total)) total[key] += counts[key];
    } else {
      for (const { name, after } of waiting) console.log(`✗ ${name} not run: it needs ${after.join(', ')}`);
      total.failed += waiting.length;
      break;
    }
  }
  return total;
}

requireNode();
try {
  await ensureInstalled();
  const browser = await ensureBrowser();
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const total = await runAll({ CI: 'true', CHROMIUM_PATH: browser, NO_COLOR: '1' });
  process.exitCode = total.failed > 0 ? 1 : 0;
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
} catch (error) {
  console.error(`Cannot test: ${error.message}`);
  process.exitCode = 1;
  console.log('0 passed, 1 failed, 0 skipped');
}
