import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors';

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** For pages whose address holds a secret: nothing foreign runs in them, nobody keeps or passes on where they are. */
export function securePage(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').headers({
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cache-control': 'no-store',
    // Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex, nofollow',
  });
}

/**
 * Forms are taken from our own pages only. The secret in a form proves more than this does; it keeps other sites from
 * trying their own links on somebody. Browsers send at least one of the two headers.
 * @throws AppError FORBIDDEN
 */
export function requireSameOrigin(request: FastifyRequest, publicOrigin: string): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  const isForeign =
    site === undefined ? origin !== undefined && origin !== publicOrigin : site !== 'same-origin';
  if (isForeign) throw new AppError('FORBIDDEN', { message: 'This form belongs to another site' });
}
