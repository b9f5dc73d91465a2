import type { FastifyInstance } from 'fastify';
import { sendPacked, type Encodings } from './encodings';
import { readPackagedAsset, type PackagedAsset } from './packaged';

const TYPES = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' } as const;
const CACHING = { 'cache-control': 'public, max-age=3600' };

/** A file that is too large to be packed for everybody who asks. It is read for the first: most servers never show it. */
export function addPacked(
  server: FastifyInstance,
  url: string,
  type: string,
  read: () => Promise<Encodings>,
  headers: Readonly<Record<string, string>> = {},
): void {
  let content: Promise<Encodings> | undefined;
  server.get(url, { compress: false }, async (request, reply) => {
    content ??= read();
    return sendPacked(request, reply.headers(headers).type(type), await content);
  });
}

/** Files of packages, each below the folder under its own name. */
export function addPackagedAssets(
  server: FastifyInstance,
  folder: string,
  names: readonly PackagedAsset[],
): void {
  for (const name of names) {
    const type = name.endsWith('.css') ? TYPES.css : TYPES.js;
    addPacked(server, `${folder}/${name}`, type, () => readPackagedAsset(name), CACHING);
  }
}

/** Small texts of our own for the same pages, by name. */
export function addOwnAssets(
  server: FastifyInstance,
  folder: string,
  texts: Readonly<Record<string, string>>,
): void {
  for (const [name, text] of Object.entries(texts)) {
    const type = name.endsWith('.css') ? TYPES.css : TYPES.js;
    server.get(`${folder}/${name}`, (_request, reply) => reply.headers(CACHING).type(type).send(text));
  }
}
