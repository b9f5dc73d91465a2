import type { AccountService } from '../../features/account';
import type { Renewal, SessionService } from '../../features/sign-in';
import { operation, type Operation } from '../operation';
import { refreshTokenFrom } from '../refresh-token';
import { messageAnswer, refreshCookieHeader } from '../schemas';
import {
  loginBody,
  loginExample,
  refreshBody,
  registeredAnswer,
  registeredExample,
  registrationBody,
  registrationExample,
  renewedAnswer,
  tokenAnswer,
  tokenExample,
  toRenewed,
  toToken,
} from './account-schemas';

export interface CreditSignInServices {
  readonly accounts: AccountService;
  readonly sessions: SessionService;
  readonly renewal: Renewal;
}

/** Registration, login, refresh and logout of the family `credit`. */
export function signInOperations(services: CreditSignInServices): Operation[] {
  return [register(services), login(services), refresh(services), logout(services)];
}

function register({ accounts }: CreditSignInServices): Operation {
  return operation({
    method: 'POST',
    path: '/auth/register',
    id: 'creditRegister',
    limit: { action: 'register' },
    summary: 'Create an account and sign it in',
    body: registrationBody,
    bodyExample: registrationExample,
    answer: {
      status: 201,
      description: 'The new account, signed in.',
      schema: registeredAnswer,
      example: registeredExample,
    },
    errors: ['USER_ALREADY_EXISTS'],
    handle: async ({ body, context }) => {
      const { user, tokens } = await accounts.register(body, context);
      return {
        message: 'User registered successfully',
        username: user.username,
        ...(tokens && toToken(tokens)),
      };
    },
  });
}

/** Too short for a username: the old service knew nobody without a name, where others refuse to look. */
const NOBODY = '-';

function login({ sessions }: CreditSignInServices): Operation {
  return operation({
    method: 'POST',
    path: '/auth/login',
    id: 'creditLogin',
    limit: { action: 'login' },
    summary: 'Sign in by username or email address',
    takesForm: true,
    body: loginBody,
    bodyExample: loginExample,
    answer: {
      status: 200,
      description: 'The access token of a new session.',
      schema: tokenAnswer,
      example: tokenExample,
    },
    errors: ['INVALID_CREDENTIALS', 'ACCOUNT_DISABLED', 'EMAIL_NOT_VERIFIED'],
    translation: {
      fields: { identifier: 'username' },
      messages: { INVALID_CREDENTIALS: 'Invalid username or password' },
    },
    handle: async ({ body, context }) => {
      const name = body.username.trim() === '' ? NOBODY : body.username;
      const { tokens } = await sessions.login(name, body.password, context);
      return toToken(tokens);
    },
  });
}

function refresh({ renewal }: CreditSignInServices): Operation {
  return operation({
    method: 'POST',
    path: '/auth/refresh',
    id: 'creditRefresh',
    limit: { action: 'refresh' },
    summary: 'Exchange a token for a new one',
    description:
      'A live access token of a session that this family opened gives another of the same session, and stays good, for as long as the session may live; a refresh token is spent. Where refresh tokens are cookies, the cookie will do.',
    takesForm: true,
    body: refreshBody,
    bodyExample: { token: tokenExample.access_token },
    answer: {
      status: 200,
      description: 'The new token.',
      schema: renewedAnswer,
      example: tokenExample,
      headers: refreshCookieHeader,
    },
    errors: ['UNAUTHENTICATED', 'INVALID_TOKEN', 'TOKEN_EXPIRED', 'FORBIDDEN'],
    handle: async ({ body, context }) => {
      const { delivery } = context;
      return toRenewed(await renewal.renew(refreshTokenFrom(body, 'token', delivery), context), delivery);
    },
  });
}

function logout({ sessions }: CreditSignInServices): Operation {
  return operation({
    method: 'POST',
    path: '/auth/logout',
    id: 'creditLogout',
    summary: 'End this session; its token is dead at once',
    security: 'sign-out',
    answer: messageAnswer('Successfully logged out'),
    handle: async ({ viewer, context }) => {
      await sessions.logout(viewer, context.delivery);
      return { message: 'Successfully logged out' };
    },
  });
}
