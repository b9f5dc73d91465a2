import type { FastifyInstance } from 'fastify';
import type { OpenApiDocument } from '../openapi/document';
import { readDocsAsset, type DocsAsset } from './assets';
import { DOCS_CSP, REDOC_PAGE, SWAGGER_PAGE, SWAGGER_START } from './pages';

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

/** `/openapi.json` for programs, Swagger UI and ReDoc for people; all from this server, nothing from elsewhere. */
export function addDocsRoutes(server: FastifyInstance, document: OpenApiDocument): void {
  const json = JSON.stringify(document);
  server.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(json));

  const page = (url: string, html: string): void => {
    server.get(url, (_request, reply) =>
      reply.header('content-security-policy', DOCS_CSP).type(HTML).send(html),
    );
  };
  page('/docs', SWAGGER_PAGE);
  page('/redoc', REDOC_PAGE);

  server.get('/docs/start.js', (_request, reply) => reply.type(SCRIPT).send(SWAGGER_START));
  const asset = (folder: string, name: DocsAsset, type: string): void => {
    // Read by the first who asks: most servers never show these pages.
    let content: Buffer | undefined;
    server.get(`${folder}/${name}`, (_request, reply) => {
      content ??= readDocsAsset(name);
      return reply.header('cache-control', 'public, max-age=3600').type(type).send(content);
    });
  };
  asset('/docs', 'swagger-ui.css', STYLE);
  asset('/docs', 'swagger-ui-bundle.js', SCRIPT);
  asset('/redoc', 'redoc.standalone.js', SCRIPT);
}
