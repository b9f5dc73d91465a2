import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors';
import { addOwnAssets, addPackagedAssets } from '../http/assets/routes';
import { addVary, wantsPage, type PageAnswer } from '../http/negotiation';
import type { PageRenderer } from './page-renderer';
import { PAGES_DIRECTORY } from './page-renderer';

const GRAPHIQL_PATH = '/graphiql';

/** GraphiQL writes styles into the page; scripts, fonts and requests stay with this server. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  'font-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The IDE that needs no other server, at `/graphiql`; `ideOff` answers browsers where there is none. */
export function addGraphiql(
  server: FastifyInstance,
  pages: PageRenderer,
  isOn: boolean,
  ideOff: PageAnswer,
): void {
  if (!isOn) {
    server.get(GRAPHIQL_PATH, (request, reply) => {
      addVary(reply, 'accept, accept-language');
      if (!wantsPage(request)) throw new AppError('NOT_FOUND');
      return ideOff(request, reply.status(404));
    });
    return;
  }
  server.get(GRAPHIQL_PATH, async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({ 'content-security-policy': CONTENT_SECURITY_POLICY, 'cache-control': 'no-store' })
      .send(await pages.render('graphiql', 'en')),
  );
  addPackagedAssets(server, GRAPHIQL_PATH, [
    'graphiql.min.css',
    'graphiql.min.js',
    'react.production.min.js',
    'react-dom.production.min.js',
  ]);
  addOwnAssets(server, GRAPHIQL_PATH, {
    'start.js': ownAsset('graphiql.js'),
    'start.css': ownAsset('graphiql.css'),
  });
}

function ownAsset(name: string): string {
  return readFileSync(path.join(PAGES_DIRECTORY, 'assets', name), 'utf8');
}
