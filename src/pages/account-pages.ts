import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EmailUndoService, UnverifiedAccount, VerificationService } from '../features/verification';
import { parseUserId } from '../foundation/ids';
import type { RateLimiter } from '../infrastructure/rate-limit/rate-limiter';
import { deadLink } from './ask-again';
import { field, hasCode, message, page } from './page-answers';
import type { PageRenderer } from './page-renderer';

export interface AccountPages {
  readonly pages: PageRenderer;
  readonly goOn?: string | undefined;
  readonly verifications: Pick<
    VerificationService,
    'verify' | 'accountOfLink' | 'disown' | 'isVerifiedBy' | 'resend'
  >;
  readonly emailUndos: Pick<EmailUndoService, 'addressOf' | 'undo'>;
  readonly limiter: RateLimiter;
}

/** Verification of an address, and the two ways to undo what somebody else did with it. */
export function addAccountPages(
  scope: FastifyInstance,
  options: AccountPages,
  { verification }: { readonly verification: boolean },
): void {
  if (verification) addVerifyEmail(scope, options);
  addDisownAccount(scope, options);
  addUndoEmailChange(scope, options);
}

function addVerifyEmail(scope: FastifyInstance, options: AccountPages): void {
  const { verifications, limiter } = options;
  const isVerified = async (user: string, ...proofs: string[]): Promise<boolean> => {
    const found = await Promise.all(
      proofs.map((proof) => verifications.isVerifiedBy(parseUserId(user), proof)),
    );
    return found.includes(true);
  };
  scope.get('/verify-email', async (request, reply) => {
    const user = field(request.query, 'user');
    if (parseUserId(user) === undefined)
      return deadLink(options, request, reply.status(400), { what: 'verification' });
    const token = field(request.query, 'token');
    const account = shown(await verifications.accountOfLink(token));
    const code = field(request.query, 'code');
    if (!account && (await isVerified(user, token, code)))
      return message(options, request, reply, { kind: 'alreadyVerified' });
    return page(options, request, reply, 'verify-email', { user, code, token, account, problem: '' });
  });
  scope.post('/verify-email', async (request, reply) => {
    const user = field(request.body, 'user');
    const proof = field(request.body, 'token') || field(request.body, 'code');
    await limiter.consume('verify', request.caller.surface, request.caller);
    try {
      await verifications.verify(parseUserId(user), proof, request.caller);
    } catch (error) {
      if (!hasCode(error, 'INVALID_VERIFICATION_CODE')) throw error;
      // Twice clicked.
      if (await isVerified(user, proof)) return message(options, request, reply, { kind: 'alreadyVerified' });
      const values = { user, code: '', token: '', account: null, problem: 'code' };
      return page(options, request, reply.status(400), 'verify-email', values);
    }
    return message(options, request, reply, { kind: 'emailVerified' });
  });
}

function addDisownAccount(scope: FastifyInstance, options: AccountPages): void {
  const { verifications, limiter } = options;
  scope.get('/disown-account', async (request, reply) => {
    const token = field(request.query, 'token');
    const account = shown(await verifications.accountOfLink(token));
    return account
      ? page(options, request, reply, 'disown-account', { token, account })
      : linkDead(options, request, reply);
  });
  scope.post('/disown-account', async (request, reply) => {
    await limiter.consume('verify', request.caller.surface, request.caller);
    try {
      await verifications.disown(field(request.body, 'token'));
    } catch (error) {
      if (!hasCode(error, 'INVALID_VERIFICATION_CODE')) throw error;
      return linkDead(options, request, reply);
    }
    return message(options, request, reply, { kind: 'accountDisowned' });
  });
}

function addUndoEmailChange(scope: FastifyInstance, options: AccountPages): void {
  const { emailUndos, limiter } = options;
  scope.get('/undo-email-change', async (request, reply) => {
    const token = field(request.query, 'token');
    const address = await emailUndos.addressOf(token);
    return address === undefined
      ? linkDead(options, request, reply)
      : page(options, request, reply, 'undo-email-change', { token, address });
  });
  scope.post('/undo-email-change', async (request, reply) => {
    await limiter.consume('verify', request.caller.surface, request.caller);
    try {
      await emailUndos.undo(field(request.body, 'token'));
    } catch (error) {
      if (hasCode(error, 'USER_ALREADY_EXISTS'))
        return message(options, request, reply, { kind: 'emailTaken', status: 409 });
      if (hasCode(error, 'INVALID_VERIFICATION_CODE')) return linkDead(options, request, reply);
      throw error;
    }
    return message(options, request, reply, { kind: 'emailRestored' });
  });
}

/** Nobody asked for these links, so there is nowhere to ask for another. */
function linkDead(
  options: AccountPages,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return message(options, request, reply, { kind: 'noticeDead', status: 400 });
}

/** As the template has it. */
function shown(account: UnverifiedAccount | undefined): object | null {
  if (!account) return null;
  const { name, email, createdAt, registeredFrom } = account;
  return { name, email, madeAt: createdAt.toISOString(), madeFrom: registeredFrom ?? '' };
}
