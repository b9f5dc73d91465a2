import type { FastifyRequest } from 'fastify';
import type { ErrorEnvelope } from '../errors';
import type { Surface } from '../foundation/surface';

/** How HTTP meets the clients of one surface: GraphQL, or a family of REST. */
export interface Face {
  readonly surface: Surface;
  /** How whoever is refused shall say who they are (RFC 9110, 11.6.1), where that is not by an access token. */
  readonly challenge?: string;
  /** The body of an error, where its clients look for it. */
  errorBody(envelope: ErrorEnvelope, httpStatus: number): object;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    face?: Face | undefined;
  }
  interface FastifyRequest {
    face: Face | undefined;
  }
}

/**
 * The face of a request, as its route says. What matches no route goes by the face that its path lies below, which the
 * same router decides: a raw path says little, for it can be spelled in many ways.
 */
export function faceOf(request: FastifyRequest): Face | undefined {
  const { url, config } = request.routeOptions as Partial<FastifyRequest['routeOptions']>;
  const isUnmatched = url === undefined || url === '*';
  return isUnmatched ? request.server.routeIndex.faceAbove(request.url) : config?.face;
}
