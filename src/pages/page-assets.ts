import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { PAGES_DIRECTORY } from './page-renderer';

const ASSETS = [
  { url: '/pages/pages.css', file: 'pages.css', type: 'text/css; charset=utf-8' },
  { url: '/pages/pages.js', file: 'pages.js', type: 'text/javascript; charset=utf-8' },
  // Where browsers look by themselves; what they find may be of any kind of image.
  { url: '/favicon.ico', file: 'favicon.svg', type: 'image/svg+xml' },
] as const;
const MAX_AGE_SECONDS = 600;

/** The style, the script and the icon of the pages, a file each. */
export function addPageAssets(server: FastifyInstance): void {
  for (const { url, file, type } of ASSETS) {
    const content = readFileSync(path.join(PAGES_DIRECTORY, 'assets', file), 'utf8');
    server.get(url, (_request, reply) =>
      reply
        .type(type)
        .headers({
          'cache-control': `public, max-age=${MAX_AGE_SECONDS}`,
          'x-content-type-options': 'nosniff',
        })
        .send(content),
    );
  }
}
