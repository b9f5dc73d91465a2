import fastifyCookie from '@fastify/cookie';
import { fastify, type FastifyInstance } from 'fastify';
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
import { addRateLimitHeaders } from './rate-limit-headers';
import { addRequestLogging } from './request-logging';

declare module 'fastify' {
  interface FastifyRequest {
    caller: RequestContext;
  }
}

/** How long a client may take to send its request, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Fastify with what every face of the gateway shares: request ids, logs, limits, cookies and the error envelope. */
export async function createHttpServer(
  config: HttpConfig,
  logger: Logger,
  clock: Clock,
): Promise<FastifyInstance> {
  const handleError = createErrorHandler(logger, clock);
  const server = fastify({
    logger: false,
    genReqId: (request) => requestIdFrom(request.headers['x-request-id']),
    trustProxy: trustProxyOption(config.trustProxy),
    bodyLimit: config.bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    clientErrorHandler: createClientErrorHandler(logger, clock),
    frameworkErrors: (error, request, reply) => {
      request.caller = new HttpCaller(request, reply);
      void reply.header('x-request-id', request.id);
      handleError(error, request, reply);
    },
  });
  // JSON only: what a plain HTML form can send is refused before anybody reads it.
  server.removeContentTypeParser('text/plain');
  drainOnClose(server);
  server.decorateRequest('caller');
  server.addHook('onRequest', (request, reply, done) => {
    request.caller = new HttpCaller(request, reply);
    void reply.header('x-request-id', request.id);
    runInRequestContext(request.caller, done);
  });
  // Reading a body leaves the context in which the request began, so it is entered once more for the handler.
  server.addHook('preValidation', (request, _reply, done) => runInRequestContext(request.caller, done));
  addRequestLogging(server, logger, config.slowRequestSeconds);
  addRateLimitHeaders(server);
  server.setErrorHandler(handleError);
  server.setNotFoundHandler(createNotFoundHandler(server, handleError));
  await server.register(fastifyCookie);
  await addBrowserSecurity(server, config);
  return server;
}
