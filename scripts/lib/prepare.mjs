import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { staleness, targets } from './targets.mjs';

const OLDEST = [20, 19];

/** Ends the process with a clear message on a Node that cannot run this. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  console.error(`Griddesk needs Node.js ${OLDEST.join('.')} or newer; this is ${process.versions.node}.`);
  console.error('Get one from https://nodejs.org and try again.');
  process.exit(1);
}

const packages = join(root, 'node_modules');
/** npm writes it when it is done. */
const marker = join(packages, '.package-lock.json');

function installed() {
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** Packages behind a link are another checkout's, and `npm ci` begins by emptying the folder: they are used or not. */
function acceptLinked() {
  if (existsSync(marker)) {
    console.error(`Using the packages of ${realpathSync(packages)}; if some are missing, run npm ci there.`);
    return;
  }
  throw new Error(
    'node_modules is a link to a folder without installed packages: run npm ci there, or remove the link',
  );
}

/** Installs what package-lock.json names, unless that is there already: then nothing touches the network. */
export async function ensureInstalled() {
  if (installed()) return;
  if (lstatSync(packages, { throwIfNoEntry: false })?.isSymbolicLink()) return acceptLinked();
  console.error('Installing packages (once) …');
  const npm = process.env['npm_execpath'];
  const args = ['ci', '--include=dev'];
  if (npm) await run(process.execPath, [npm, ...args]);
  else await run('npm', args);
}

/** Builds dashboard and engine where their sources changed. */
export async function ensureBuilt() {
  if (!existsSync(join(root, 'src'))) return;
  if (Object.entries(targets).some(([name, target]) => name !== 'bench' && staleness(target))) {
    await run(process.execPath, [join(root, 'scripts/build.mjs')]);
  }
}
