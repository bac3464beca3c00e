import { defineConfig } from 'vite';

/** The engine: one bundle for Node, packages left outside. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: 'server/main.ts',
    outDir: 'dist/server',
    target: 'node20',
    sourcemap: true,
    minify: false,
  },
});
