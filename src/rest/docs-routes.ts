import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifySwagger, { type StaticDocumentSpec } from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { OpenApiDocument } from './openapi/document';

/** ReDoc writes its styles into the page, and searches in a worker that it makes from text. */
const REDOC_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const REDOC_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>GraphQL Auth Gateway: REST</title>
    <style>body { margin: 0 }</style>
  </head>
  <body>
    <redoc spec-url="/openapi.json" hide-loading></redoc>
    <script src="/redoc/redoc.standalone.js"></script>
  </body>
</html>
`;

/** `/openapi.json` for programs, Swagger UI and ReDoc for people; all from this server, nothing from elsewhere. */
export async function addDocsRoutes(server: FastifyInstance, document: OpenApiDocument): Promise<void> {
  const json = JSON.stringify(document);
  server.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(json));

  // Its types know OpenAPI 3.0; the page shows the document above.
  const specification = { document: document as unknown as StaticDocumentSpec['document'] };
  await server.register(fastifySwagger, { mode: 'static', specification });
  await server.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: SWAGGER_CSP,
    uiConfig: { url: '/openapi.json', persistAuthorization: false, displayRequestDuration: true },
  });

  const bundle = await readFile(redocBundle());
  server.get('/redoc', (_request, reply) =>
    reply.header('content-security-policy', REDOC_CSP).type('text/html; charset=utf-8').send(REDOC_PAGE),
  );
  server.get('/redoc/redoc.standalone.js', (_request, reply) =>
    reply
      .header('cache-control', 'public, max-age=86400')
      .type('text/javascript; charset=utf-8')
      .send(bundle),
  );
}

const SWAGGER_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The build copies the bundle beside this file: the package itself brings a browser's worth of dependencies. */
function redocBundle(): string {
  const copy = path.join(__dirname, 'redoc.standalone.js');
  return existsSync(copy) ? copy : require.resolve('redoc/bundles/redoc.standalone.js');
}
