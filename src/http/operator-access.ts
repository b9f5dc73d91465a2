import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { MetricsConfig } from '../config';
import { AppError } from '../errors';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

const LOOPBACK_HOST = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i;

/** What proxies add to a request that they pass on. */
const FORWARDING_HEADER =
  /^(forwarded|via|x-forwarded-.+|x-original-.+|x-real-ip|(x-|x-cluster-|true-|fastly-|fly-)client-ip|cf-.+|x-envoy-.+)$/;

/**
 * Whether somebody on this machine asks for themselves: directly, and by a name of this machine, which no web page can
 * make a browser do across sites. A proxy on the same machine speaks for strangers; it gives itself away by what it adds
 * or, as nginx without any setting does, by speaking HTTP/1.0.
 */
export function isFromThisMachine({ raw, headers, socket }: FastifyRequest): boolean {
  const address = socket.remoteAddress ?? '';
  return (
    isIP(address) !== 0 &&
    LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') &&
    raw.httpVersion !== '1.0' &&
    // An absolute target names a host of its own.
    raw.url?.startsWith('/') === true &&
    LOOPBACK_HOST.test(headers.host ?? headers[':authority']?.toString() ?? '') &&
    !Object.keys(headers).some((name) => FORWARDING_HEADER.test(name))
  );
}

/** Hides what is for whoever runs the service: to others it is not there. @throws AppError NOT_FOUND */
export function requireThisMachine(request: FastifyRequest): void {
  if (!isFromThisMachine(request)) throw new AppError('NOT_FOUND');
}

/** @throws AppError as its kind of access demands */
export type AccessCheck = (request: FastifyRequest) => void;

/**
 * Who may read the metrics: who has the token, where there is one; else everybody on a port of their own and outside
 * production; else whoever is on this machine.
 */
export function metricsAccess({ token, port }: MetricsConfig, isProduction: boolean): AccessCheck {
  if (token !== undefined) return tokenCheck(token);
  return isProduction && port === undefined ? requireThisMachine : () => undefined;
}

/** @throws AppError UNAUTHENTICATED without a bearer token; INVALID_TOKEN for another one */
function tokenCheck(token: string): AccessCheck {
  // Digests are of one length, and comparing them tells nothing of where two tokens differ.
  const expected = digestOf(`Bearer ${token}`);
  return ({ headers: { authorization } }) => {
    if (authorization === undefined) throw new AppError('UNAUTHENTICATED');
    const given = authorization.replace(/^bearer +/i, 'Bearer ');
    if (!timingSafeEqual(digestOf(given), expected)) throw new AppError('INVALID_TOKEN');
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
