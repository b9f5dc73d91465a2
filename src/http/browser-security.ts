import fastifyCors from '@fastify/cors';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';
import type { HttpConfig } from '../config';

/** How long a browser may rely on the answer to a preflight. */
const PREFLIGHT_SECONDS = 600;
const HSTS_SECONDS = 365 * 24 * 60 * 60;

/**
 * What browsers are told on every answer: who else's pages may read it (CORS), and that it loads nothing, frames nothing
 * and is no page (helmet). A route that is a page sets a policy of its own over this one.
 */
export async function addBrowserSecurity(
  server: FastifyInstance,
  { corsOrigins, publicUrl, tls }: HttpConfig,
): Promise<void> {
  const headers = headersOf({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    // Links in mails carry one-time tokens: no page that they open may pass them on.
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity:
      tls || publicUrl.startsWith('https:') ? { maxAge: HSTS_SECONDS, includeSubDomains: false } : false,
  });
  server.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
  if (corsOrigins.length === 0) return;
  const isAnybody = corsOrigins.includes('*');
  await server.register(fastifyCors, {
    origin: isAnybody ? '*' : [...corsOrigins],
    credentials: !isAnybody,
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: ['RateLimit', 'RateLimit-Policy', 'Retry-After', 'WWW-Authenticate', 'X-Request-ID'],
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  });
}

/** What helmet sets by these options. It would work out for every answer anew what is the same for all. */
function headersOf(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const recorder = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  helmet(options)({} as IncomingMessage, recorder as unknown as ServerResponse, (error?: unknown) => {
    if (error !== undefined) throw new Error('helmet refused its options', { cause: error });
  });
  return headers;
}
