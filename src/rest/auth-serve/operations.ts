import type { AccountService } from '../../features/account';
import type { SessionService } from '../../features/sign-in';
import { operation, type Operation } from '../operation';
import { refreshTokenFrom } from '../refresh-token';
import { refreshCookieHeader } from '../schemas';
import {
  loginBody,
  loginExample,
  refreshBody,
  registeredAnswer,
  registeredExample,
  registrationBody,
  registrationExample,
  signedInAnswer,
  signedInExample,
  toRegistered,
  toSignedIn,
} from './schemas';

export interface AuthServeServices {
  readonly accounts: AccountService;
  readonly sessions: SessionService;
}

export function authServeOperations(services: AuthServeServices): Operation[] {
  return [register(services), login(services), refresh(services)];
}

function register({ accounts }: AuthServeServices): Operation {
  return operation({
    method: 'POST',
    path: '/api/auth/register',
    id: 'authServeRegister',
    limit: { action: 'register' },
    summary: 'Create an account',
    body: registrationBody,
    bodyExample: registrationExample,
    answer: {
      status: 201,
      description: 'The new account.',
      schema: registeredAnswer,
      example: registeredExample,
    },
    errors: ['USER_ALREADY_EXISTS'],
    handle: async ({ body, context }) => {
      const { email, password, first_name: firstName, last_name: lastName } = body;
      const { user } = await accounts.register({ email, password, firstName, lastName }, context);
      return toRegistered(user);
    },
  });
}

function login({ sessions }: AuthServeServices): Operation {
  return operation({
    method: 'POST',
    path: '/api/auth/login',
    id: 'authServeLogin',
    limit: { action: 'login' },
    summary: 'Sign in',
    description: 'A wrong email address and a wrong password give the same answer after the same time.',
    body: loginBody,
    bodyExample: loginExample,
    answer: {
      status: 200,
      description: 'The tokens of a new session.',
      schema: signedInAnswer,
      example: signedInExample,
      headers: refreshCookieHeader,
    },
    errors: ['INVALID_CREDENTIALS', 'ACCOUNT_DISABLED', 'EMAIL_NOT_VERIFIED'],
    translation: { fields: { identifier: 'email' } },
    handle: async ({ body, context }) =>
      toSignedIn(await sessions.login(body.email, body.password, context), context.delivery),
  });
}

function refresh({ sessions }: AuthServeServices): Operation {
  return operation({
    method: 'POST',
    path: '/api/auth/refresh',
    id: 'authServeRefresh',
    limit: { action: 'refresh' },
    summary: 'Exchange a refresh token for new tokens',
    description: 'The token is spent. Coming back later than the grace period, it ends the whole session.',
    body: refreshBody,
    bodyExample: { refresh_token: signedInExample.data.refresh_token },
    answer: {
      status: 200,
      description: 'The next tokens of the session.',
      schema: signedInAnswer,
      example: signedInExample,
      headers: refreshCookieHeader,
    },
    errors: ['UNAUTHENTICATED', 'INVALID_TOKEN', 'TOKEN_EXPIRED', 'FORBIDDEN'],
    handle: async ({ body, context: { delivery } }) =>
      toSignedIn(await sessions.refresh(refreshTokenFrom(body, 'refresh_token', delivery)), delivery),
  });
}
