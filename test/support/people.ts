import type { TestApp } from './test-app';

export const PASSWORD = 'Correct-Horse-7';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface Person extends Tokens {
  readonly id: string;
  readonly email: string;
  readonly password: string;
}

let count = 0;

/** Somebody who just registered, and holds the tokens of the first session. */
export async function givenUser(
  app: TestApp,
  input: { email?: string; username?: string; password?: string; firstName?: string } = {},
): Promise<Person> {
  count += 1;
  const { email = `person${count}@example.com`, password = PASSWORD, ...rest } = input;
  const { data, errors } = await app.graphql<{ register: { user: { id: string }; tokens: Tokens } }>(
    `mutation ($input: RegisterInput!) {
      register(input: $input) { user { id } tokens { accessToken refreshToken } }
    }`,
    { input: { email, password, ...rest } },
  );
  if (!data) throw new Error(`registration failed: ${JSON.stringify(errors)}`);
  return { id: data.register.user.id, email, password, ...data.register.tokens };
}

/** Somebody of the family `session`, whose one name is any text. */
export async function givenLogin(
  app: TestApp,
  login: string,
): Promise<Pick<Person, 'accessToken' | 'password'>> {
  const post = async (path: string): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ login, password: PASSWORD });
    const { status, json, text } = await app.request(path, { method: 'POST', headers, body });
    if (status >= 300) throw new Error(`${path}: ${text}`);
    return json;
  };
  await post('/api/register');
  const { access_token: accessToken } = (await post('/api/login')) as { access_token: string };
  return { accessToken, password: PASSWORD };
}

/** Another session of somebody, as from another device. */
export async function logIn(app: TestApp, person: { email: string; password: string }): Promise<Tokens> {
  const { data, errors } = await app.graphql<{ login: { tokens: Tokens } }>(
    'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken refreshToken } } }',
    { input: { identifier: person.email, password: person.password } },
  );
  if (!data) throw new Error(`login failed: ${JSON.stringify(errors)}`);
  return data.login.tokens;
}

/** The code of the first error of a query for `me`, or null when the token works. */
export async function tokenError(app: TestApp, accessToken: string): Promise<string | null> {
  const { errors } = await app.graphql('{ me { id } }', {}, { token: accessToken });
  return errors[0]?.extensions.code ?? null;
}

/** Past the gateway: there is no way to become an administrator through it. */
export async function makeAdmin(app: TestApp, person: Person): Promise<void> {
  await app.rows("update users set role = 'admin' where id = ? returning id", [person.id]);
}

export async function disable(app: TestApp, person: Person): Promise<void> {
  await app.rows('update users set is_active = false where id = ? returning id', [person.id]);
}

/** An account with a username only, as a REST family can make it. */
export async function withoutEmail(app: TestApp, person: Person): Promise<void> {
  await app.rows('update users set email = null where id = ? returning id', [person.id]);
}

/** The codes of an answer's errors, none for a success. */
export function codesOf({ errors }: { errors: readonly { extensions: { code: string } }[] }): string[] {
  return errors.map(({ extensions }) => extensions.code);
}
