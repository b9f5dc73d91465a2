import { createSecretKey } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { verify, type JwtPayload } from 'jsonwebtoken';

/** Verifies the bearer token of a request; throws for one that is not good. */
export function tokenVerifier(secret: string): (request: FastifyRequest) => JwtPayload {
  const key = createSecretKey(Buffer.from(secret));
  return ({ headers }) => {
    const token = (headers.authorization ?? '').slice('Bearer '.length);
    return verify(token, key, { algorithms: ['HS256'] }) as JwtPayload;
  };
}
