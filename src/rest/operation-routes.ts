import { Readable } from 'node:stream';
import fastifyFormbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { stringify as stringifyLossless } from 'lossless-json';
import type { Viewer } from '../foundation/viewer';
import { addVary, wantsPage } from '../http/negotiation';
import type { RateLimiter } from '../infrastructure/rate-limit/rate-limiter';
import type { RestAuthentication } from './authentication';
import { ignoreBodies, takeJson } from './json-body';
import { setsCookie, type Operation, type OperationGroup } from './operation';
import { consumeLimit, limitOf } from './operation-limit';
import type { OAuthClient, OAuthClients } from '../features/tokens';
import { readInput } from './read-input';

declare module 'fastify' {
  interface FastifyRequest {
    viewer: Viewer | undefined;
    oauthClient: OAuthClient | undefined;
  }
}

/** Who may call, and how often. */
export interface RestAccess {
  readonly authentication: RestAuthentication;
  readonly limiter: RateLimiter;
  readonly clients: OAuthClients;
}

/** Routes for the operations of a group, in a scope of their own. */
export async function addOperations(
  server: FastifyInstance,
  group: OperationGroup,
  access: RestAccess,
): Promise<void> {
  const { face } = group;
  if (face) for (const prefix of group.prefixes) server.routeIndex.claim(`${prefix}*`, face);
  await server.register(async (scope) => {
    scope.decorateRequest('viewer');
    scope.decorateRequest('oauthClient');
    if (group.ignoresBodies) ignoreBodies(scope);
    else
      takeJson(scope, {
        keepsNumbers: group.hasMoney === true,
        mayBeUntyped: (request) => !access.authentication.bringsCookie(request, group.takesCookie === true),
      });
    await scope.register(async (forms) => {
      await forms.register(fastifyFormbody);
      for (const one of group.operations) if (one.takesForm) addRoute(forms, group, one, access);
    });
    for (const one of group.operations) if (!one.takesForm) addRoute(scope, group, one, access);
  });
}

function addRoute(
  scope: FastifyInstance,
  group: OperationGroup,
  operation: Operation,
  { authentication, limiter, clients }: RestAccess,
): void {
  const { security = 'none', answer } = operation;
  const limit = limitOf(group, operation);
  const takesCookie = group.takesCookie === true;
  const toText = group.hasMoney ? stringifyLossless : JSON.stringify;
  const contentType = answer.mediaType ?? 'application/json; charset=utf-8';
  scope.route({
    method: [operation.method, ...(operation.alsoTakes ?? [])],
    url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: {
      translation: operation.translation,
      face: group.face,
      // Who takes OPTIONS answers it: no preflight may come before its checks.
      ...(operation.alsoTakes?.includes('OPTIONS') && { cors: false }),
    },
    // Before the body is read: a stranger's body is not worth reading.
    onRequest: async (request: FastifyRequest) => {
      if (limit && limit.accountField === undefined) await consumeLimit(limiter, limit, request);
      if (setsCookie(operation)) authentication.refuseForeignForms(request, takesCookie);
      if (security === 'client') request.oauthClient = clients.authenticate(request.headers.authorization);
      request.viewer = await authentication.viewerOf(request, security, takesCookie);
    },
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      if (limit?.accountField !== undefined) await consumeLimit(limiter, limit, request);
      if (operation.page) {
        addVary(reply, 'accept, accept-language');
        if (wantsPage(request)) return operation.page(request, reply);
      }
      void reply.status(answer.status);
      const input = readInput(operation, request);
      const { viewer, oauthClient: client, caller: context } = request;
      const output = await operation.handle({ ...input, viewer, client, context, reply });
      if (answer.hasNoBody) return reply.send();
      // One that goes on says itself what it is.
      if (output instanceof Readable) return reply.send(output);
      const isText = answer.mediaType !== undefined;
      return reply.type(contentType).send(isText ? output : toText(output));
    },
  });
}
