import fastifyFormbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PagesConfig, PasswordConfig } from '../config';
import { AppError } from '../errors';
import { passwordFlaws } from '../features/identity';
import type { PasswordResetService } from '../features/password';
import type { EmailChangeService } from '../features/verification';
import { noteFailure } from '../http/error-handler';
import type { Logger } from '../infrastructure/telemetry/logger';
import { addAskAgain, deadLink } from './ask-again';
import { addAccountPages, type AccountPages } from './account-pages';
import { field, hasCode, message, page } from './page-answers';
import { addPageAssets } from './page-assets';
import { requireSameOrigin } from './page-security';

export interface HostedPages extends AccountPages {
  readonly resets: Pick<PasswordResetService, 'isLive' | 'reset' | 'request'>;
  readonly emailChanges: Pick<EmailChangeService, 'isLive' | 'confirm'>;
  readonly passwordRule: PasswordConfig;
  readonly config: PagesConfig;
  readonly publicUrl: string;
  readonly logger: Logger;
}

/**
 * The pages that the links in mails lead to. Opening one changes nothing, because mail scanners open links too; the button
 * does. With a frontend of one's own those are left that no other protocol has: what confirms a change of email, and what
 * undoes what somebody else did with one's address.
 */
export async function addHostedPages(server: FastifyInstance, options: HostedPages): Promise<void> {
  addPageAssets(server);
  await server.register(async (scope) => {
    if (!scope.hasContentTypeParser('application/x-www-form-urlencoded'))
      await scope.register(fastifyFormbody);
    const publicOrigin = new URL(options.publicUrl).origin;
    scope.addHook('preHandler', (request, _reply, done) => {
      if (request.method === 'POST') requireSameOrigin(request, publicOrigin);
      done();
    });
    scope.setErrorHandler(async (error, request, reply) => {
      if (!(error instanceof AppError)) throw error;
      noteFailure(options.logger, request, error);
      const kind = error.entry.httpStatus === 429 || error.entry.httpStatus === 503 ? 'busy' : 'failed';
      return message(options, request, reply, { kind, status: error.entry.httpStatus });
    });
    addConfirmEmailChange(scope, options);
    addAccountPages(scope, options, { verification: options.config.hosted });
    if (!options.config.hosted) return;
    addResetPassword(scope, options);
    addAskAgain(scope, options, 'reset');
    addAskAgain(scope, options, 'verification');
  });
}

function addResetPassword(scope: FastifyInstance, options: HostedPages): void {
  const { resets, passwordRule } = options;
  const form = (
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    refused?: string,
  ): Promise<FastifyReply> => {
    const rule = passwordRule;
    const broken = refused === undefined ? [] : passwordFlaws(refused, rule);
    const problem = refused === undefined ? '' : 'password';
    return page(options, request, reply, 'reset-password', { token, problem, broken, rule });
  };

  scope.get('/reset-password', async (request, reply) => {
    const token = field(request.query, 'token');
    if (await resets.isLive(token)) return form(request, reply, token);
    return deadLink(options, request, reply.status(400), { what: 'reset' });
  });
  scope.post('/reset-password', async (request, reply) => {
    const token = field(request.body, 'token');
    await options.limiter.consume('reset', request.caller.surface, request.caller);
    try {
      await resets.reset(token, field(request.body, 'newPassword'), request.caller);
    } catch (error) {
      if (hasCode(error, 'INVALID_RESET_TOKEN'))
        return deadLink(options, request, reply.status(400), { what: 'reset' });
      if (!hasCode(error, 'INVALID_INPUT')) throw error;
      return form(request, reply.status(422), token, field(request.body, 'newPassword'));
    }
    return message(options, request, reply, { kind: 'passwordSet' });
  });
}

function addConfirmEmailChange(scope: FastifyInstance, options: HostedPages): void {
  const { emailChanges } = options;
  scope.get('/confirm-email-change', async (request, reply) => {
    const token = field(request.query, 'token');
    if (await emailChanges.isLive(token))
      return page(options, request, reply, 'confirm-email-change', { token });
    return message(options, request, reply, { kind: 'linkDead', status: 400 });
  });
  scope.post('/confirm-email-change', async (request, reply) => {
    await options.limiter.consume('other', request.caller.surface, request.caller);
    try {
      await emailChanges.confirm(field(request.body, 'token'));
    } catch (error) {
      if (hasCode(error, 'USER_ALREADY_EXISTS'))
        return message(options, request, reply, { kind: 'emailTaken', status: 409 });
      if (hasCode(error, 'INVALID_VERIFICATION_CODE'))
        return message(options, request, reply, { kind: 'linkDead', status: 400 });
      throw error;
    }
    return message(options, request, reply, { kind: 'emailChanged' });
  });
}
