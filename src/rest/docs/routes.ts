import type { FastifyInstance } from 'fastify';
import type { OpenApiDocument } from '../openapi/document';
import { readDocsAsset, type DocsAsset } from './assets';
import { pack, sendPacked, type Encodings } from './encodings';
import { DOCS_CSP, REDOC_PAGE, SWAGGER_PAGE, SWAGGER_START } from './pages';

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
const ASSET_CACHING = { 'cache-control': 'public, max-age=3600' };

/** `/openapi.json` for programs, Swagger UI and ReDoc for people; all from this server, nothing from elsewhere. */
export function addDocsRoutes(server: FastifyInstance, document: OpenApiDocument): void {
  const json = JSON.stringify(document);
  addPacked(server, '/openapi.json', 'application/json; charset=utf-8', () => pack(Buffer.from(json)));

  const page = (url: string, html: string): void => {
    server.get(url, (_request, reply) =>
      reply.header('content-security-policy', DOCS_CSP).type(HTML).send(html),
    );
  };
  page('/docs', SWAGGER_PAGE);
  page('/redoc', REDOC_PAGE);

  server.get('/docs/start.js', (_request, reply) => reply.type(SCRIPT).send(SWAGGER_START));
  const asset = (folder: string, name: DocsAsset, type: string): void =>
    addPacked(server, `${folder}/${name}`, type, () => readDocsAsset(name), ASSET_CACHING);
  asset('/docs', 'swagger-ui.css', STYLE);
  asset('/docs', 'swagger-ui-bundle.js', SCRIPT);
  asset('/redoc', 'redoc.standalone.js', SCRIPT);
}

/** A file that is too large to be packed for everybody who asks. It is read for the first: most servers never show it. */
function addPacked(
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
