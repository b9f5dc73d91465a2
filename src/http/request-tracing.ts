import type { FastifyInstance } from 'fastify';
import { currentTracer, type OpenSpan } from '../infrastructure/telemetry/tracing/tracing';

/** A span for each request, part of the trace that its `traceparent` names. Nothing is added where nobody traces. */
export function addRequestTracing(server: FastifyInstance): void {
  const tracer = currentTracer();
  if (!tracer) return;
  const spans = new WeakMap<object, OpenSpan>();
  server.addHook('onRequest', (request, reply, done) => {
    const { method, headers, routeOptions } = request;
    const { traceparent } = headers;
    const route = routeOptions.url ?? 'unknown';
    // The path itself can hold what should not be in a trace, and is in the log, masked.
    const attributes = { 'http.request.method': method, 'http.route': route, 'request.id': request.id };
    const span = tracer.open(
      { name: `${method} ${route}`, kind: 'server', attributes },
      typeof traceparent === 'string' ? traceparent : '',
    );
    spans.set(request, span);
    // Also of a client that went before it had its answer.
    reply.raw.once('close', () => {
      span.describe(`${method} ${route}`, { 'http.response.status_code': reply.statusCode });
      span.end(reply.statusCode >= 500 ? { code: String(reply.statusCode) } : undefined);
    });
    span.within(done);
  });
  // Reading a body leaves the context in which the request began.
  server.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) span.within(done);
    else done();
  });
}
