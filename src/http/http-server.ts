import { constants } from 'node:zlib';
import fastifyCompress, { type FastifyCompressOptions } from '@fastify/compress';
import fastifyCookie from '@fastify/cookie';
import {
  fastify,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import { trustProxyOption, type HttpConfig } from '../config';
import type { Clock } from '../foundation/clock';
import { requestIdFrom } from '../foundation/ids';
import { runInRequestContext, type RequestContext } from '../foundation/request-context';
import type { Logger } from '../infrastructure/telemetry/logger';
import { addBrowserSecurity } from './browser-security';
import { HttpCaller } from './caller';
import { createClientErrorHandler } from './client-errors';
import { drainOnClose } from './draining';
import { createErrorHandler, createNotFoundHandler } from './error-handler';
import { faceOf } from './face';
import { httpsOptions, limitHttps } from './https';
import { addRateLimitHeaders } from './rate-limit-headers';
import { addRequestLogging } from './request-logging';
import { addRequestTracing } from './request-tracing';
import type { CookieSettings } from './refresh-cookie';
import { ROUTER_OPTIONS, RouteIndex } from './route-index';

declare module 'fastify' {
  interface FastifyRequest {
    caller: RequestContext;
  }
}

/** How long a client may take to send its request, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Answers from 1 KiB on; requests are never unpacked, so that none can be larger than it looks. */
const COMPRESSION: FastifyCompressOptions = {
  threshold: 1024,
  globalDecompression: false,
  encodings: ['br', 'gzip', 'deflate'],
  brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
};

/**
 * Routes are checked by zod and write their own JSON. Told so, Fastify loads neither of its compilers for JSON Schema, which
 * would take a tenth of the start.
 */
const NO_SCHEMAS: NonNullable<FastifyServerOptions['schemaController']> = {
  compilersFactory: { buildValidator: refuseSchema, buildSerializer: refuseSchema },
};

function refuseSchema(): never {
  throw new Error('No route has a JSON schema of its own');
}

/** Fastify with what every face of the gateway shares: request ids, logs, limits, cookies and the error envelope. */
export async function createHttpServer(
  config: HttpConfig,
  cookies: CookieSettings,
  logger: Logger,
  clock: Clock,
): Promise<FastifyInstance> {
  const handleError = createErrorHandler(logger, clock);
  const { tls } = config;
  // Its type would follow the kind of server through every plugin, and nobody looks at the difference.
  const server = fastify({
    ...(tls && (httpsOptions(tls) as object)),
    logger: false,
    genReqId: (request) => requestIdFrom(request.headers['x-request-id']),
    trustProxy: trustProxyOption(config.trustProxy),
    bodyLimit: config.bodyLimitBytes,
    routerOptions: ROUTER_OPTIONS,
    schemaController: NO_SCHEMAS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // What comes on a connection that is still open is answered.
    return503OnClosing: false,
    clientErrorHandler: createClientErrorHandler(logger, clock),
    frameworkErrors: (error, request, reply) => {
      receive(request, reply, cookies);
      handleError(error, request, reply);
    },
  });
  // JSON only: what a plain HTML form can send is refused before anybody reads it.
  server.removeContentTypeParser('text/plain');
  if (tls) limitHttps(server, REQUEST_TIMEOUT_MS);
  drainOnClose(server);
  const routes = new RouteIndex();
  server.decorate('routeIndex', routes);
  server.decorateRequest('caller');
  server.decorateRequest('face');
  addRequestTracing(server);
  server.addHook('onRequest', (request, reply, done) => {
    receive(request, reply, cookies);
    runInRequestContext(request.caller, done);
  });
  // Reading a body leaves the context in which the request began, so it is entered once more for the handler.
  server.addHook('preValidation', (request, _reply, done) => runInRequestContext(request.caller, done));
  addRequestLogging(server, logger, config.slowRequestSeconds);
  addRateLimitHeaders(server);
  server.setErrorHandler(handleError);
  routes.watch(server);
  server.setNotFoundHandler(createNotFoundHandler(routes, handleError));
  await server.register(fastifyCookie);
  await server.register(fastifyCompress, COMPRESSION);
  await addBrowserSecurity(server, config);
  return server;
}

/** What is known of every request before anything else is done for it, refused ones too. */
function receive(request: FastifyRequest, reply: FastifyReply, cookies: CookieSettings): void {
  request.face = faceOf(request);
  request.caller = new HttpCaller(request, reply, cookies);
  void reply.header('x-request-id', request.id);
  // What a face answers is one person's, and often a token.
  if (request.face) void reply.header('cache-control', 'no-store');
}
