import type { FastifyInstance } from 'fastify';
import { pack } from '../../http/assets/encodings';
import { addOwnAssets, addPackagedAssets, addPacked } from '../../http/assets/routes';
import type { OpenApiDocument } from '../openapi/document';
import { DOCS_CSP, REDOC_PAGE, SWAGGER_PAGE } from './pages';
import { REDOC_START, REDOC_STYLE, SWAGGER_START, SWAGGER_STYLE } from './start-scripts';

const HTML = 'text/html; charset=utf-8';

/**
 * `/openapi.json` for programs, Swagger UI and ReDoc for people; all from this server, nothing from elsewhere.
 * @param describe makes the document, when somebody asks for it
 */
export function addDocsRoutes(server: FastifyInstance, describe: () => OpenApiDocument): void {
  const json = 'application/json; charset=utf-8';
  addPacked(server, '/openapi.json', json, () => pack(Buffer.from(JSON.stringify(describe()))));

  const page = (url: string, html: string): void => {
    server.get(url, (_request, reply) =>
      reply.header('content-security-policy', DOCS_CSP).type(HTML).send(html),
    );
  };
  page('/docs', SWAGGER_PAGE);
  page('/redoc', REDOC_PAGE);

  addPackagedAssets(server, '/docs', ['swagger-ui.css', 'swagger-ui-bundle.js']);
  addPackagedAssets(server, '/redoc', ['redoc.standalone.js']);
  addOwnAssets(server, '/docs', { 'start.js': SWAGGER_START, 'start.css': SWAGGER_STYLE });
  addOwnAssets(server, '/redoc', { 'start.js': REDOC_START, 'start.css': REDOC_STYLE });
}
