/** Programs of ours as a test starts them beside itself: threads and children that Node cannot load from TypeScript. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Bundle {
  /** Of the package's own caches, so that the bundles find its packages; a test may keep its files there. */
  readonly folder: string;
  /** The built programs, in the order of the entries. */
  readonly files: readonly string[];
  remove(): void;
}

/** `entries`: paths from the package's root. */
export async function bundle(...entries: readonly string[]): Promise<Bundle> {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'griddesk-test-'));
  const names = entries.map((entry) => basename(entry, '.ts'));
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { input: Object.fromEntries(names.map((name, index) => [name, entries[index] ?? ''])) },
    },
  });
  return {
    folder,
    files: names.map((name) => join(folder, `${name}.js`)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
