import type { AccountService } from '../../features/account';
import { operation, type Operation } from '../operation';
import { registeredAnswer, registrationBody, registrationExample } from './schemas';

export interface BalanceHubRegistrationServices {
  readonly accounts: AccountService;
}

export function registrationOperations(services: BalanceHubRegistrationServices): Operation[] {
  return [register(services)];
}

function register({ accounts }: BalanceHubRegistrationServices): Operation {
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
