import type { AccountService } from '../../features/account';
import type { SessionService } from '../../features/sign-in';
import { operation, type Operation } from '../operation';
import { messageAnswer } from '../schemas';
import {
  credentialsBody,
  credentialsExample,
  profileAnswer,
  profileExample,
  registeredAnswer,
  tokenAnswer,
  tokenExample,
  toProfile,
} from './schemas';

export interface SessionFamilyServices {
  readonly accounts: AccountService;
  readonly sessions: SessionService;
}

const wrongCredentials = { INVALID_CREDENTIALS: 'Invalid credentials' } as const;
const fields = { identifier: 'login', email: 'login' } as const;
const signInErrors = ['INVALID_CREDENTIALS', 'ACCOUNT_DISABLED', 'EMAIL_NOT_VERIFIED'] as const;

export function sessionOperations(services: SessionFamilyServices): Operation[] {
  return [register(services), login(services), logout(services), profile(services), remove(services)];
}

function register({ accounts }: SessionFamilyServices): Operation {
  return operation({
    method: 'POST',
    path: '/api/register',
    id: 'sessionRegister',
    limit: { action: 'register' },
    summary: 'Create an account',
    body: credentialsBody,
    bodyExample: credentialsExample,
    answer: { status: 201, description: 'The new account.', schema: registeredAnswer, example: { id: 1 } },
    errors: ['USER_ALREADY_EXISTS'],
    translation: { fields },
    handle: async ({ body, context }) => {
      const { user } = await accounts.register(body, context);
      return { id: user.id };
    },
  });
}

function login({ sessions }: SessionFamilyServices): Operation {
  return operation({
    method: 'POST',
    path: '/api/login',
    id: 'sessionLogin',
    limit: { action: 'login' },
    summary: 'Sign in',
    body: credentialsBody,
    bodyExample: credentialsExample,
    answer: {
      status: 200,
      description: 'The access token of a new session.',
      schema: tokenAnswer,
      example: tokenExample,
    },
    errors: signInErrors,
    translation: { messages: wrongCredentials, fields },
    handle: async ({ body, context }) => {
      const { tokens } = await sessions.login(body.login, body.password, context);
      return { access_token: tokens.accessToken, token_type: 'bearer' as const };
    },
  });
}

function logout({ sessions }: SessionFamilyServices): Operation {
  return operation({
    method: 'POST',
    path: '/api/logout',
    id: 'sessionLogout',
    summary: 'End this session; its token is dead at once',
    security: 'sign-out',
    answer: messageAnswer('Successfully logged out'),
    handle: async ({ viewer, context }) => {
      await sessions.logout(viewer, context.delivery);
      return { message: 'Successfully logged out' };
    },
  });
}

function profile({ accounts }: SessionFamilyServices): Operation {
  return operation({
    method: 'GET',
    path: '/api/profile',
    id: 'sessionProfile',
    summary: 'Who is signed in',
    security: 'required',
    answer: { status: 200, description: 'The account.', schema: profileAnswer, example: profileExample },
    handle: async ({ viewer }) => toProfile(await accounts.me(viewer)),
  });
}

function remove({ accounts }: SessionFamilyServices): Operation {
  return operation({
    method: 'POST',
    path: '/api/delete',
    id: 'sessionDelete',
    limit: { action: 'login' },
    summary: 'Delete an account; all its sessions are dead at once',
    description: 'A bearer token is optional; one that is sent must be of the same account.',
    security: 'optional',
    body: credentialsBody,
    bodyExample: credentialsExample,
    answer: messageAnswer('User deleted successfully'),
    errors: signInErrors,
    translation: { messages: wrongCredentials, fields },
    handle: async ({ body, viewer, context }) => {
      await accounts.deleteByPassword(body.login, body.password, viewer, context);
      return { message: 'User deleted successfully' };
    },
  });
}
