/** The built dashboard: hashed files for ever, the page itself never from a cache, all of it compressed at build time. */
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { ProtocolError } from '#protocol/errors.ts';
import { refuse } from './replies.ts';
import { isFeedWorker } from './security-headers.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';

export async function dashboard(app: FastifyInstance, root: string): Promise<void> {
  const built = existsSync(join(root, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root,
      preCompressed: true,
      cacheControl: false,
      setHeaders: (response, path) => {
        const file = relative(root, path)
          .split(sep)
          .join('/')
          .replace(/\.(br|gz)$/, '');
        // The policy of a worker comes with its response, and changes with the sources.
        const immutable = file.startsWith('assets/') && !isFeedWorker(`/${file}`);
        response.setHeader('Cache-Control', immutable ? IMMUTABLE : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler((request, response) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const isPage = request.method === 'GET' && !/^\/(api|relay)\//.test(path) && !/\.\w+$/.test(path);
    if (!isPage) return refuse(response, new ProtocolError('NOT_FOUND', `nothing is at ${path}`));
    // The dashboard's own routes (`/grids/grid_1`) are known to the dashboard only.
    if (built) return response.sendFile('index.html');
    return response.code(503).type('text/plain; charset=utf-8').send('The dashboard is not built: npm run build\n');
  });
}
