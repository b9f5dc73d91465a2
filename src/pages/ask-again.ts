import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PasswordResetService } from '../features/password';
import type { VerificationService } from '../features/verification';
import type { RateLimiter } from '../infrastructure/rate-limit/rate-limiter';
import { field, hasCode, message, page } from './page-answers';
import type { PageRenderer } from './page-renderer';

export interface AskAgainPages {
  readonly pages: PageRenderer;
  readonly verifications: Pick<VerificationService, 'resend'>;
  readonly resets: Pick<PasswordResetService, 'request'>;
  readonly limiter: RateLimiter;
}

/** Whose dead link it is; each has its button for a new one. */
export type AskedAgain = 'verification' | 'reset';

const WAYS = {
  verification: { action: 'resend-verification', sent: 'codeSent' },
  reset: { action: 'request-password-reset', sent: 'linkSent' },
} as const;

/** Says that a link is dead, and sends a new one to whoever types the address. */
export function deadLink(
  options: Pick<AskAgainPages, 'pages'>,
  request: FastifyRequest,
  reply: FastifyReply,
  { what, problem = '' }: { what: AskedAgain; problem?: string },
): Promise<FastifyReply> {
  const { action } = WAYS[what];
  return page(options, request, reply, 'ask-again', { what, action, problem });
}

/** The answer is the same for an address that nobody has: whoever has it finds a mail. */
export function addAskAgain(scope: FastifyInstance, options: AskAgainPages, what: AskedAgain): void {
  const { action, sent } = WAYS[what];
  scope.post(`/${action}`, async (request, reply) => {
    const email = field(request.body, 'email');
    try {
      await ask(options, request, what, email);
    } catch (error) {
      if (!hasCode(error, 'INVALID_INPUT')) throw error;
      return deadLink(options, request, reply.status(422), { what, problem: 'email' });
    }
    return message(options, request, reply, { kind: sent });
  });
}

/** By the limits of the same requests in GraphQL. */
async function ask(
  { limiter, verifications, resets }: AskAgainPages,
  { caller }: FastifyRequest,
  what: AskedAgain,
  email: string,
): Promise<void> {
  if (what === 'reset') {
    await limiter.consume('forgot', caller.surface, caller);
    await resets.request(email, caller);
  } else {
    await limiter.consume('resend', caller.surface, caller, { account: email.trim().toLowerCase() });
    await verifications.resend(email, caller);
  }
}
