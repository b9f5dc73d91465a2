import { AppError } from '../../errors';
import type { AccountService } from '../../features/account';
import type { PasswordService } from '../../features/password';
import type { Viewer } from '../../foundation/viewer';
import { operation, type Operation } from '../operation';
import { messageAnswer } from '../schemas';
import {
  changePasswordBody,
  changePasswordExample,
  deleteQuery,
  meQuery,
  profileAnswer,
  profileExample,
  toProfile,
  toUser,
  userAnswer,
  userExample,
  usernameParams,
} from './account-schemas';

export interface CreditAccountServices {
  readonly accounts: AccountService;
  readonly passwords: PasswordService;
}

/** What signed-in people of the family `credit` can see and do with accounts. */
export function accountOperations(services: CreditAccountServices): Operation[] {
  return [me(services), find(services), changePassword(services), remove(services)];
}

function me({ accounts }: CreditAccountServices): Operation {
  return operation({
    method: 'GET',
    path: '/auth/me',
    id: 'creditMe',
    summary: 'Who is signed in',
    security: 'required',
    query: meQuery,
    answer: { status: 200, description: 'The account.', schema: profileAnswer, example: profileExample },
    errors: ['FORBIDDEN', 'USER_NOT_FOUND'],
    handle: async ({ viewer, query: { user_id: id } }) =>
      toProfile(await (id === undefined ? accounts.me(viewer) : accounts.find(viewer, { id: String(id) }))),
  });
}

function find({ accounts }: CreditAccountServices): Operation {
  return operation({
    method: 'GET',
    path: '/auth/users/{username}',
    id: 'creditUser',
    summary: 'Oneself, or anyone for an administrator',
    description: "Whoever asks for another's name is refused, whether there is such an account or not.",
    security: 'required',
    params: usernameParams,
    answer: { status: 200, description: 'The account.', schema: userAnswer, example: userExample },
    errors: ['FORBIDDEN', 'USER_NOT_FOUND'],
    handle: async ({ viewer, params }) => toUser(await accounts.find(viewer, params)),
  });
}

function changePassword({ accounts, passwords }: CreditAccountServices): Operation {
  return operation({
    method: 'PUT',
    path: '/auth/users/{username}/password',
    id: 'creditChangePassword',
    limit: { action: 'login' },
    summary: "Change one's password; other sessions end, this one lives",
    security: 'required',
    params: usernameParams,
    body: changePasswordBody,
    bodyExample: changePasswordExample,
    answer: messageAnswer('Password updated successfully'),
    errors: ['INVALID_CREDENTIALS', 'FORBIDDEN', 'USER_NOT_FOUND'],
    handle: async ({ viewer, params, body, context }) => {
      await requireOneself(accounts, viewer, params.username);
      await passwords.change(viewer, body.current_password, body.new_password, context);
      return { message: 'Password updated successfully' };
    },
  });
}

function remove({ accounts }: CreditAccountServices): Operation {
  return operation({
    method: 'DELETE',
    path: '/auth/users/{username}',
    id: 'creditDeleteUser',
    limit: { action: 'login' },
    summary: "Delete one's account with everything that belongs to it",
    security: 'required',
    params: usernameParams,
    query: deleteQuery,
    answer: messageAnswer('User deleted successfully'),
    errors: ['INVALID_CREDENTIALS', 'FORBIDDEN', 'USER_NOT_FOUND'],
    handle: async ({ viewer, params, query, context }) => {
      await requireOneself(accounts, viewer, params.username);
      await accounts.deleteAccount(viewer, query.password, context);
      return { message: 'User deleted successfully' };
    },
  });
}

/**
 * The path names an account, the token its owner.
 * @throws AppError FORBIDDEN for somebody else's name; USER_NOT_FOUND (administrators only)
 */
export async function requireOneself(
  accounts: AccountService,
  viewer: Viewer,
  username: string,
): Promise<void> {
  const { id } = await accounts.find(viewer, { username });
  if (id !== viewer.userId) throw new AppError('FORBIDDEN');
}
