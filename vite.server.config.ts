import { defineConfig } from 'vite';

/** The engine and the threads it lets calculate: bundles for Node, packages left outside. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: true,
    rolldownOptions: {
      input: { main: 'server/main.ts', 'backtest-worker': 'server/workers/backtest-worker.ts' },
    },
    outDir: 'dist/server',
    target: 'node20',
    sourcemap: true,
    minify: false,
  },
});
