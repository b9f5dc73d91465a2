import type { AccountService } from '../../features/account';
import { operation, type Operation, type OperationGroup } from '../operation';
import { mailboxOperations, type BalanceHubMailboxServices } from './mailbox-operations';
import { registeredAnswer, registrationBody, registrationExample } from './schemas';
import { sessionOperations, type BalanceHubSessionServices } from './session-operations';

export interface BalanceHubServices extends BalanceHubSessionServices, BalanceHubMailboxServices {
  readonly accounts: AccountService;
}

/** The family of balance_hub: accounts that verify their email address first, signed in by cookie. */
export function balanceHubOperations(services: BalanceHubServices): OperationGroup {
  return {
    name: 'balance-hub',
    description:
      'Accounts with a verified email address, signed in by cookie. Before: FastAPI Authentication System.',
    takesCookie: true,
    operations: [register(services), ...mailboxOperations(services), ...sessionOperations(services)],
  };
}

function register({ accounts }: BalanceHubServices): Operation {
  return operation({
    method: 'POST',
    path: '/balance_hub/auth/register',
    id: 'balanceHubRegister',
    limit: { action: 'register' },
    summary: 'Create an account and send it a verification code',
    body: registrationBody,
    bodyExample: registrationExample,
    answer: {
      status: 201,
      description: 'The new account; it cannot sign in anywhere before its address is verified.',
      schema: registeredAnswer,
      example: registered(1),
    },
    errors: ['USER_ALREADY_EXISTS'],
    handle: async ({ body, context }) => {
      const { full_name: fullName, ...rest } = body;
      const { user } = await accounts.register({ ...rest, fullName }, context);
      return registered(user.id);
    },
  });
}

function registered(userId: number): { success: true; message: string; user_id: number; next_step: string } {
  return {
    success: true,
    message: 'Registration successful! Please check your email to verify your account',
    user_id: userId,
    next_step: 'Verify email',
  };
}
