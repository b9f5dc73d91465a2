import { codeFor, mailTo, tokenFor } from './mailbox';
import { logIn, PASSWORD, type Person } from './people';
import type { GraphQLAnswer, TestApp } from './test-app';

export const NEW_PASSWORD = 'Better-Horse-8';

/** The code of an answer's first error, or null for a success. */
export function errorOf({ errors }: GraphQLAnswer<unknown>): string | null {
  return errors[0]?.extensions.code ?? null;
}

export function requestReset(app: TestApp, email: string): Promise<GraphQLAnswer> {
  return app.graphql('mutation ($email: String!) { requestPasswordReset(email: $email) }', { email });
}

export async function resetPassword(
  app: TestApp,
  token: string,
  newPassword = NEW_PASSWORD,
): Promise<string | null> {
  const answer = await app.graphql(
    'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) }',
    {
      input: { token, newPassword },
    },
  );
  return errorOf(answer);
}

export async function resetLink(app: TestApp, email: string): Promise<string> {
  await requestReset(app, email);
  return tokenFor(app, email, 'Reset your password');
}

export async function changePassword(
  app: TestApp,
  { accessToken, password }: Pick<Person, 'accessToken' | 'password'>,
  newPassword = NEW_PASSWORD,
): Promise<string | null> {
  const answer = await app.graphql(
    'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) }',
    { input: { currentPassword: password, newPassword } },
    { token: accessToken },
  );
  return errorOf(answer);
}

export async function changeEmail(
  app: TestApp,
  { accessToken, password }: Pick<Person, 'accessToken' | 'password'>,
  newEmail: string,
): Promise<string | null> {
  const answer = await app.graphql(
    'mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) { id } }',
    { input: { newEmail, currentPassword: password } },
    { token: accessToken },
  );
  return errorOf(answer);
}

export function resend(app: TestApp, email: string): Promise<GraphQLAnswer> {
  return app.graphql('mutation ($email: String!) { resendVerification(email: $email) }', { email });
}

/** @param proof the code, or the token of the link */
export async function verify(app: TestApp, userId: string, proof: string): Promise<string | null> {
  const answer = await app.graphql(
    'mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { id } }',
    {
      input: { userId, code: proof },
    },
  );
  return errorOf(answer);
}

/** What the newest verification mail to somebody holds. */
export async function verificationIn(app: TestApp, email: string): Promise<{ code: string; token: string }> {
  return { code: await codeFor(app, email), token: await tokenFor(app, email, 'verification code') };
}

/** The status that a page answers to its form. */
export async function submit(app: TestApp, page: string, fields: Record<string, string>): Promise<number> {
  const { status } = await app.request(`/${page}`, { method: 'POST', body: new URLSearchParams(fields) });
  return status;
}

/** Somebody whose address is verified, where that is required before anything else. */
export async function givenVerified(app: TestApp, email: string): Promise<Person> {
  const { data } = await app.graphql<{ register: { user: { id: string } } }>(
    'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }',
    { input: { email, password: PASSWORD } },
  );
  const { id } = data!.register.user;
  const { code } = await verificationIn(app, email);
  await verify(app, id, code);
  const person = { id, email, password: PASSWORD };
  return { ...person, ...(await logIn(app, person)) };
}

/** The token of the link by which the old address takes a change of email back. */
export async function undoToken(app: TestApp, oldEmail: string): Promise<string> {
  const { text } = await mailTo(app, oldEmail, 'email address');
  return /undo-email-change\?token=([\w-]+)/.exec(text)?.[1] ?? '';
}
