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
