import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'vite';

/** The dashboard. The engine has its own build in `vite.server.config.ts`. */
export default defineConfig((): UserConfig => {
  const engine = process.env['GRIDDESK_DEV_ENGINE'] ?? 'http://127.0.0.1:8080';
  const proxied = {
    target: engine,
    changeOrigin: true,
    // Z3: to the engine the proxied page is its own.
    headers: { origin: engine },
  };
  return {
    // wouter brings a shim for Reacts that had no `useSyncExternalStore`.
    resolve: { alias: { 'use-sync-external-store/shim/index.js': 'react' } },
    plugins: [react(), lingui({ failOnCompileError: true })],
    build: {
      outDir: 'dist/web',
      target: 'es2022',
      // The page's policy forbids data: URLs.
      assetsInlineLimit: 0,
      manifest: true,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        // On a busy machine it is said at each start, and nobody who starts can do anything about it.
        checks: { bundlerTimings: false },
        output: {
          // What the first load needs is one file: it compresses better than several, and costs one request.
          codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] },
          // That file names all others, and hashes do not compress.
          chunkFileNames: 'assets/[name]-[hash:7].js',
          assetFileNames: 'assets/[name]-[hash:7][extname]',
        },
      },
    },
    // A worker loads the code of its venue only.
    worker: {
      format: 'es',
      rolldownOptions: {
        output: {
          // The engine knows the script by this name: its response says what the worker may connect to.
          entryFileNames: 'assets/[name]-[hash:7].js',
          chunkFileNames: 'assets/[name]-[hash:7].js',
        },
      },
    },
    server: {
      host: '127.0.0.1',
      proxy: { '/api': proxied, '/ws': { ...proxied, ws: true }, '/relay': { ...proxied, ws: true } },
    },
  };
});
