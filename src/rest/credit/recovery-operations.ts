import type { AccountService } from '../../features/account';
import type { PasswordResetService } from '../../features/password';
import type { EmailChangeService } from '../../features/verification';
import { operation, type Operation } from '../operation';
import { messageAnswer } from '../schemas';
import { requireOneself } from './account-operations';
import { usernameParams } from './account-schemas';
import {
  changedEmailAnswer,
  changedEmailExample,
  changeEmailBody,
  changeEmailExample,
  resetBody,
  resetExample,
  resetRequestBody,
  resetRequestExample,
  toChangedEmail,
} from './recovery-schemas';

export interface CreditRecoveryServices {
  readonly accounts: AccountService;
  readonly resets: PasswordResetService;
  readonly emailChanges: EmailChangeService;
}

const LINK_SENT = 'Password reset link sent to email if account exists';
const PASSWORD_RESET = 'Password has been reset successfully';

/** What goes by mail in the family `credit`: password reset and change of email. */
export function recoveryOperations(services: CreditRecoveryServices): Operation[] {
  return [requestReset(services), reset(services), changeEmail(services)];
}

function requestReset({ resets }: CreditRecoveryServices): Operation {
  return operation({
    method: 'POST',
    path: '/auth/password-reset-request',
    id: 'creditRequestPasswordReset',
    limit: { action: 'forgot' },
    summary: 'Ask for a password reset link by mail',
    description: 'The same answer after the same time, whether anybody has this address or not.',
    body: resetRequestBody,
    bodyExample: resetRequestExample,
    answer: messageAnswer(LINK_SENT),
    handle: async ({ body, context }) => {
      await resets.request(body.email, context);
      return { message: LINK_SENT };
    },
  });
}

function reset({ resets }: CreditRecoveryServices): Operation {
  return operation({
    method: 'POST',
    path: '/auth/reset-password',
    id: 'creditResetPassword',
    limit: { action: 'reset' },
    summary: 'Set a new password with the token from the mail',
    description: 'Every other reset token and every session of the account is dead.',
    body: resetBody,
    bodyExample: resetExample,
    answer: messageAnswer(PASSWORD_RESET),
    errors: ['INVALID_RESET_TOKEN'],
    handle: async ({ body, context }) => {
      await resets.reset(body.token, body.new_password, context);
      return { message: PASSWORD_RESET };
    },
  });
}

function changeEmail({ accounts, emailChanges }: CreditRecoveryServices): Operation {
  return operation({
    method: 'PUT',
    path: '/auth/users/{username}/email',
    id: 'creditChangeEmail',
    limit: { action: 'login' },
    summary: "Change one's email address",
    description:
      'At once, or with `REQUIRE_EMAIL_VERIFICATION=true` when the link in the mail to the new address was followed.',
    security: 'required',
    params: usernameParams,
    body: changeEmailBody,
    bodyExample: changeEmailExample,
    answer: {
      status: 200,
      description: 'The account as it is now.',
      schema: changedEmailAnswer,
      example: changedEmailExample,
    },
    errors: ['INVALID_CREDENTIALS', 'FORBIDDEN', 'USER_NOT_FOUND', 'USER_ALREADY_EXISTS'],
    translation: { statuses: { USER_ALREADY_EXISTS: 400 } },
    handle: async ({ viewer, params, body, context }) => {
      await requireOneself(accounts, viewer, params.username);
      const { new_email: newEmail, current_password: password } = body;
      return toChangedEmail(await emailChanges.change(viewer, newEmail, password, context));
    },
  });
}
