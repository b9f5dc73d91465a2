import type { Http2SecureServer, SecureServerOptions } from 'node:http2';
import type { FastifyInstance } from 'fastify';
import type { TlsConfig } from '../config';
import { readCertificate } from './certificate';

/** Requests that one HTTP/2 connection may have under way at the same time. */
const MAX_CONCURRENT_STREAMS = 100;
/** A client that has not shaken hands by then is given up; a stop may have to wait for it. */
const HANDSHAKE_TIMEOUT_MS = 5_000;
/** How long a connection may lie idle: what Fastify says for plain HTTP. */
const IDLE_TIMEOUT_MS = 72_000;

/** What Fastify is told so that it speaks HTTPS: HTTP/2 to those who can, HTTP/1.1 to others. */
export interface HttpsOptions {
  readonly http2: true;
  readonly http2SessionTimeout: number;
  readonly https: SecureServerOptions;
}

/** @throws ConfigurationError as `readCertificate` does */
export function httpsOptions(tls: TlsConfig): HttpsOptions {
  return {
    http2: true,
    http2SessionTimeout: IDLE_TIMEOUT_MS,
    https: {
      ...readCertificate(tls),
      allowHTTP1: true,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      settings: { maxConcurrentStreams: MAX_CONCURRENT_STREAMS },
    },
  };
}

/** Bounds what Fastify bounds for plain HTTP only: how long a request may take to arrive, and how long nothing. */
export function limitHttps({ server }: FastifyInstance, requestTimeoutMs: number): void {
  // Its HTTP/1.1 half reads these where a plain server does; the types know of neither.
  Object.assign(server, { requestTimeout: requestTimeoutMs, keepAliveTimeout: IDLE_TIMEOUT_MS });
  (server as unknown as Http2SecureServer).on('stream', (stream) => {
    const timer = setTimeout(() => stream.close(), requestTimeoutMs).unref();
    for (const event of ['end', 'close']) stream.once(event, () => clearTimeout(timer));
  });
}
