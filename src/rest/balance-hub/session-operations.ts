import type { AccountService } from '../../features/account';
import type { SessionService } from '../../features/sign-in';
import type { AccessCookie } from '../authentication';
import { operation, type Operation } from '../operation';
import { messageAnswer } from '../schemas';
import {
  loginBody,
  loginExample,
  signedInAnswer,
  toUser,
  updateBody,
  userAnswer,
  userExample,
} from './schemas';

export interface BalanceHubSessionServices {
  readonly accounts: AccountService;
  readonly sessions: SessionService;
  readonly accessCookie: AccessCookie;
}

/** Login and logout by cookie, and what the signed-in person sees. */
export function sessionOperations(services: BalanceHubSessionServices): Operation[] {
  return [login(services), logout(services), me(services), update(services)];
}

function login({ sessions, accessCookie }: BalanceHubSessionServices): Operation {
  return operation({
    method: 'POST',
    path: '/balance_hub/auth/login',
    id: 'balanceHubLogin',
    limit: { action: 'login' },
    summary: 'Sign in; the access token is set as a cookie',
    takesForm: true,
    body: loginBody,
    bodyExample: loginExample,
    answer: {
      status: 200,
      description: 'The account.',
      schema: signedInAnswer,
      example: { user: userExample, message: 'Login successful' },
      headers: { 'Set-Cookie': '`access_token`, for this host only, out of reach of scripts.' },
    },
    errors: ['INVALID_CREDENTIALS', 'ACCOUNT_DISABLED', 'EMAIL_NOT_VERIFIED'],
    translation: { fields: { identifier: 'email' } },
    handle: async ({ body, context, reply }) => {
      const { user, tokens } = await sessions.login(body.email, body.password, context);
      accessCookie.set(reply, tokens);
      return { user: toUser(user), message: 'Login successful' };
    },
  });
}

function logout({ sessions, accessCookie }: BalanceHubSessionServices): Operation {
  return operation({
    method: 'POST',
    path: '/balance_hub/auth/logout',
    id: 'balanceHubLogout',
    summary: 'End this session and clear the cookie; also without a session',
    security: 'lenient',
    answer: {
      ...messageAnswer('Successfully logged out'),
      headers: { 'Set-Cookie': '`access_token`, emptied.' },
    },
    handle: async ({ viewer, context, reply }) => {
      if (viewer || context.delivery.hasRefreshCookie) await sessions.logout(viewer, context.delivery);
      accessCookie.clear(reply);
      return { message: 'Successfully logged out' };
    },
  });
}

function me({ accounts }: BalanceHubSessionServices): Operation {
  return operation({
    method: 'GET',
    path: '/balance_hub/auth/me',
    id: 'balanceHubMe',
    summary: 'Who is signed in',
    security: 'required',
    answer: { status: 200, description: 'The account.', schema: userAnswer, example: userExample },
    handle: async ({ viewer }) => toUser(await accounts.me(viewer)),
  });
}

function update({ accounts }: BalanceHubSessionServices): Operation {
  return operation({
    method: 'PUT',
    path: '/balance_hub/auth/update-user',
    id: 'balanceHubUpdateUser',
    summary: "Change one's username or full name",
    description: 'A field that is absent or null stays as it is.',
    security: 'required',
    body: updateBody,
    bodyExample: { username: 'johndoe', full_name: 'John Doe' },
    answer: { status: 200, description: 'The account.', schema: userAnswer, example: userExample },
    errors: ['USER_ALREADY_EXISTS'],
    handle: async ({ viewer, body, context }) => {
      const { username, full_name: fullName } = body;
      const change = { username: username ?? undefined, fullName: fullName ?? undefined };
      return toUser(await accounts.updateProfile(viewer, change, context));
    },
  });
}
