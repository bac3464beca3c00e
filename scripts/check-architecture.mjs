/**
 * Does the tooling see a broken rule of the architecture? In a copy of the sources, each planted violation must be
 * reported by the compiler or the linter, and the sources as they are must pass. Tools that read nothing also say
 * nothing: that is why red is checked, not only green.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { root } from './lib/root.mjs';
import { tool } from './lib/run.mjs';

const COPIED = ['src', 'server', 'package.json', 'tsconfig.base.json', 'tsconfig.json', '.oxlintrc.json'];

/** What no file may do, by the file that does it. */
const violations = {
  'src/engine/planted-static.ts': `import { SESSION } from '#client/planted-target.ts';\nexport const a = SESSION;`,
  'src/engine/planted-dynamic.ts': `export const a = async () => import('#client/planted-target.ts');`,
  'src/engine/planted-reexport.ts': `export { SESSION } from '#client/planted-target.ts';`,
  'src/engine/planted-relative.ts': `export type { ConnectionState } from '../client/types.ts';`,
  'src/engine/planted-clock.ts': `export const now = (): number => Date.now();`,
  'src/engine/planted-random.ts': `export const roll = (): number => Math.random();`,
  'src/engine/planted-timer.ts': `export const later = (f: () => void): unknown => setTimeout(f, 1);`,
  'src/engine/planted-package.ts': `export { z } from 'zod';`,
  'src/domain/planted-node.ts': `export { readFileSync } from 'node:fs';`,
  'src/domain/planted-layer.ts': `export type { Role } from '#protocol/roles.ts';`,
  'src/protocol/planted-dom.ts': `export const title = (): string => document.title;`,
  'src/protocol/planted-node.ts': `export { readFileSync } from 'node:fs';`,
  'src/ui/planted-store.ts': `export { SESSION } from '#stores/planted-target.ts';`,
  'src/features/planted-a/planted-feature.ts': `export { SESSION } from '../planted-b/planted-target.ts';`,
  'src/features/planted-a/planted-alias.ts': `export { SESSION } from '#features/planted-b/planted-target.ts';`,
  'src/features/planted-a/planted-lazy.ts': `export const b = async () => import('../planted-b/planted-target.ts');`,
  'src/features/planted-a/planted-client.ts': `export { SESSION } from '#client/planted-target.ts';`,
  'src/features/planted-a/parts/planted-deep.ts': `export { SESSION } from '../../planted-b/planted-target.ts';`,
  // Pages reach stores' types through features' references: only the linter stands between.
  'src/pages/planted-transitive.ts': `export { SESSION } from '#stores/planted-target.ts';`,
  'src/pages/planted-lazy.ts': `export const s = async () => import('#stores/planted-target.ts');`,
  'src/app/planted-server.ts': `export { InProcessBus } from '#server/bus.ts';`,
  'server/planted-client.ts': `export { SESSION } from '#client/planted-target.ts';`,
  'server/planted-lazy.ts': `export const s = async () => import('#client/planted-target.ts');`,
};

/** What the violations reach for, and imports that are allowed. */
const legal = {
  'src/client/planted-target.ts': `export const SESSION = 1;`,
  'src/stores/planted-target.ts': `export { SESSION } from '#client/planted-target.ts';`,
  'src/features/planted-b/planted-target.ts': `export { SESSION } from '#stores/planted-target.ts';`,
  'src/features/planted-b/parts/planted-part.ts': `export { SESSION } from '../planted-target.ts';`,
  'src/pages/planted-page.ts': `export const b = async () => import('#features/planted-b/planted-target.ts');`,
  'server/planted-core.ts': `export type { Engine } from '#engine/engine.ts';`,
};

const copy = mkdtempSync(join(tmpdir(), 'griddesk-architecture-'));

function plant(files) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), `${text}\n`);
  }
}

function check(path, ...args) {
  const { stdout } = spawnSync(process.execPath, [tool(path), ...args], { cwd: copy, encoding: 'utf8' });
  return stdout;
}

/** The files in which compiler or linter found something, with what they said. */
function findings() {
  const said = `${check('typescript/bin/tsc', '-b', '--pretty', 'false')}\n`;
  const lint = check(
    'oxlint/bin/oxlint',
    '--format=unix',
    '--deny-warnings',
    '--ignore-pattern=**/*.d.ts',
    'src',
    'server',
  );
  const byFile = new Map();
  for (const line of `${said}${lint}`.split('\n')) {
    const file = /^(?:\.\/)?((?:src|server)\/[^:(]+)[:(]/.exec(line)?.[1];
    if (file) byFile.set(file, [...(byFile.get(file) ?? []), line]);
  }
  return byFile;
}

const problems = [];
try {
  for (const path of COPIED) {
    cpSync(join(root, path), join(copy, path), { recursive: true, filter: (file) => !/\.test\.tsx?$/.test(file) });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  // The tests' project is not part of the copy.
  const solution = JSON.parse(readFileSync(join(copy, 'tsconfig.json'), 'utf8'));
  solution.references = solution.references.filter(({ path }) => !path.endsWith('.json'));
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(solution));

  plant(legal);
  problems.push(...[...findings().values()].flat());
  plant(violations);
  const found = findings();
  for (const file of Object.keys(violations)) if (!found.has(file)) problems.push(`not seen: ${file}`);
} finally {
  rmSync(copy, { recursive: true, force: true });
}

for (const problem of problems) console.log(problem);
console.log(
  problems.length > 0
    ? `${problems.length} problems`
    : `${Object.keys(violations).length} planted violations seen, the sources are clean`,
);
process.exit(problems.length > 0 ? 1 : 0);
