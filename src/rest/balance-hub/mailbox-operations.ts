import { invalidInput } from '../../errors';
import type { PasswordResetService } from '../../features/password';
import type { VerificationService } from '../../features/verification';
import { operation, type Operation } from '../operation';
import { messageAnswer } from '../schemas';
import { forgetBody, resendBody, resendQuery, resetBody, verificationAnswer, verifyBody } from './schemas';

export interface BalanceHubMailboxServices {
  readonly verifications: VerificationService;
  readonly resets: PasswordResetService;
}

const LINK_SENT = "If that email exists, we've sent a reset link";
const PASSWORD_CHANGED = 'Successfully changed password';

/** What proves access to a mailbox: verification and password reset. */
export function mailboxOperations(services: BalanceHubMailboxServices): Operation[] {
  return [verify(services), resend(services), forget(services), reset(services)];
}

function verify({ verifications }: BalanceHubMailboxServices): Operation {
  const done = (userId: number) =>
    ({ success: true, message: 'Email verified successfully', user_id: userId }) as const;
  return operation({
    method: 'POST',
    path: '/balance_hub/auth/verify-email',
    id: 'balanceHubVerifyEmail',
    limit: { action: 'verify', accountField: 'user_id' },
    summary: 'Verify an email address with the code from the mail',
    description: 'Five wrong codes kill it; then a new one has to be asked for.',
    body: verifyBody,
    bodyExample: { user_id: 1, code: '123456' },
    answer: {
      status: 200,
      description: 'The account can sign in now.',
      schema: verificationAnswer,
      example: done(1),
    },
    errors: ['INVALID_VERIFICATION_CODE'],
    handle: async ({ body, context }) =>
      done((await verifications.verify(body.user_id, body.code, context)).id),
  });
}

function resend({ verifications }: BalanceHubMailboxServices): Operation {
  const done = (userId: number) =>
    ({ success: true, message: 'Verification code sent', user_id: userId }) as const;
  return operation({
    method: 'POST',
    path: '/balance_hub/auth/resend-verification',
    id: 'balanceHubResendVerification',
    summary: 'Send a new code; it replaces the old one',
    query: resendQuery,
    body: resendBody,
    bodyExample: { user_id: 1 },
    answer: {
      status: 200,
      description: 'The code is on its way.',
      schema: verificationAnswer,
      example: done(1),
    },
    errors: ['USER_NOT_FOUND'],
    handle: async ({ body, query, context }) => {
      const userId = body?.user_id ?? query.user_id;
      if (userId === undefined) throw invalidInput({ field: 'user_id', message: 'is required' });
      return done((await verifications.resendTo(userId, context)).id);
    },
  });
}

function forget({ resets }: BalanceHubMailboxServices): Operation {
  return operation({
    method: 'POST',
    path: '/balance_hub/auth/password/forget',
    id: 'balanceHubForgetPassword',
    limit: { action: 'forgot' },
    summary: 'Ask for a password reset link by mail',
    description: 'The same answer after the same time, whether anybody has this address or not.',
    body: forgetBody,
    bodyExample: { email: 'johndoe@example.com' },
    answer: messageAnswer(LINK_SENT),
    handle: async ({ body, context }) => {
      await resets.request(body.email, context);
      return { message: LINK_SENT };
    },
  });
}

function reset({ resets }: BalanceHubMailboxServices): Operation {
  return operation({
    method: 'POST',
    path: '/balance_hub/auth/password/reset',
    id: 'balanceHubResetPassword',
    limit: { action: 'reset' },
    summary: 'Set a new password with the token from the mail',
    description: 'Every other reset token and every session of the account is dead.',
    body: resetBody,
    bodyExample: { code: 'reset-token-from-email', new_password: 'NewSecurePassword1' },
    answer: messageAnswer(PASSWORD_CHANGED),
    errors: ['INVALID_RESET_TOKEN'],
    handle: async ({ body, context }) => {
      await resets.reset(body.code, body.new_password, context);
      return { message: PASSWORD_CHANGED };
    },
  });
}
