import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const RUN = "import('./scripts/lib/prepare.mjs').then(({ ensureInstalled }) => ensureInstalled())";
/** What `npm ci` does: whatever is in the folder goes. */
const NPM = `
const { readdirSync, rmSync, writeFileSync } = require('node:fs');
require('node:fs').mkdirSync('node_modules', { recursive: true });
for (const name of readdirSync('node_modules')) rmSync('node_modules/' + name, { recursive: true });
writeFileSync('node_modules/.package-lock.json', process.argv.slice(2).join(' '));
`;

let folder: string;
let checkout: string;
let elsewhere: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'griddesk-prepare-'));
  checkout = join(folder, 'checkout');
  elsewhere = join(folder, 'elsewhere');
  mkdirSync(join(checkout, 'scripts'), { recursive: true });
  mkdirSync(join(elsewhere, 'react'), { recursive: true });
  cpSync(HERE, join(checkout, 'scripts/lib'), { recursive: true });
  writeFileSync(join(checkout, 'package-lock.json'), '{}');
  writeFileSync(join(folder, 'npm.cjs'), NPM);
});
afterEach(() => rmSync(folder, { recursive: true }));

function prepare() {
  const { status, stderr } = spawnSync(process.execPath, ['-e', RUN], {
    cwd: checkout,
    env: { ...process.env, npm_execpath: join(folder, 'npm.cjs') },
    encoding: 'utf8',
  });
  return { ok: status === 0, stderr };
}

function installIn(packages: string, { isOld }: { readonly isOld: boolean }): void {
  mkdirSync(packages, { recursive: true });
  writeFileSync(join(packages, '.package-lock.json'), '{}');
  if (isOld) utimesSync(join(packages, '.package-lock.json'), 1, 1);
}

describe('installing packages', () => {
  it('happens where there are none, and where they are older than what is asked for', () => {
    expect(prepare().ok).toBe(true);
    expect(existsSync(join(checkout, 'node_modules/.package-lock.json'))).toBe(true);
    installIn(join(checkout, 'node_modules'), { isOld: true });
    expect(prepare().stderr).toContain('Installing packages');
    expect(prepare().stderr).toBe('');
  });

  it('never happens through a link: its target is another checkout’s', () => {
    symlinkSync(elsewhere, join(checkout, 'node_modules'), 'junction');
    const empty = prepare();
    expect(empty.ok).toBe(false);
    expect(empty.stderr).toContain('remove the link');
    installIn(elsewhere, { isOld: true });
    const old = prepare();
    expect(old.ok).toBe(true);
    expect(old.stderr).toContain('Using the packages of');
    expect(readdirSync(elsewhere).sort()).toEqual(['.package-lock.json', 'react']);
  });

  it('never happens through a link that leads nowhere', () => {
    symlinkSync(join(folder, 'gone'), join(checkout, 'node_modules'), 'junction');
    expect(prepare().ok).toBe(false);
    expect(existsSync(join(folder, 'gone'))).toBe(false);
  });
});
