import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { fingerprint, readStamp } from './stamp.mjs';

const SHARED = ['package-lock.json', 'package.json', 'tsconfig.base.json', 'scripts/build.mjs'];

/** What there is to build, what from and where to. */
export const targets = {
  web: {
    sources: [...SHARED, 'vite.config.ts', 'lingui.config.ts', 'index.html', 'public', 'src'],
    output: 'dist/web/index.html',
    stamp: 'dist/web.stamp',
  },
  server: {
    sources: [...SHARED, 'vite.server.config.ts', 'server', 'src/domain', 'src/protocol', 'src/venues', 'src/engine'],
    output: 'dist/server/main.js',
    stamp: 'dist/server.stamp',
  },
  bench: {
    sources: [...SHARED, 'scripts/bench.mjs', 'bench', 'server', 'src'],
    output: 'dist/bench',
    stamp: 'dist/bench.stamp',
  },
};

/** @returns {string | undefined} the fingerprint to stamp after building, undefined when up to date */
export function staleness({ sources, output, stamp }) {
  const wanted = fingerprint(sources);
  return existsSync(join(root, output)) && readStamp(stamp) === wanted ? undefined : wanted;
}
