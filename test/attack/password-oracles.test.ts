import { PasswordThread } from '../../src/infrastructure/crypto/password-thread';
import { LIMITED, repeat, tryLogin } from '../support/attacks';
import { givenUser, PASSWORD, type Person } from '../support/people';
import { useApp } from '../support/test-app';

const TRIES = 6;
const app = useApp({
  ...LIMITED,
  // Only the address's limit of login tries is in the way.
  LOGIN_FREE_FAILURES: '1000',
  LOGIN_FREE_FAILURES_STRANGERS: '1000',
  RATE_LIMIT_GRAPHQL_LOGIN: `${TRIES}/minute`,
  RATE_LIMIT_AUTH_SERVE_LOGIN: `${TRIES}/minute`,
  RATE_LIMIT_BALANCE_HUB_LOGIN: `${TRIES}/minute`,
  RATE_LIMIT_SESSION: `${TRIES}/minute`,
  RATE_LIMIT_CREDIT_AUTH: `${TRIES}/minute`,
});

beforeEach(() => app.clock.advance({ hours: 2 }));
afterEach(() => jest.restoreAllMocks());

let addresses = 0;
const newAddress = (): string => `198.51.100.${(addresses += 1)}`;
let people = 0;
const givenVictim = (): Promise<Person> => givenUser(app, { username: `oracle${(people += 1)}` });

interface Guess {
  readonly victim: Person;
  readonly username: string;
  readonly password: string;
  readonly from: string;
}
/** Answers the code of the refusal, `OK` without one. */
type Door = (guess: Guess) => Promise<string>;

const mutation =
  (text: (password: string) => string): Door =>
  async ({ victim, password, from }) => {
    const headers = { 'x-forwarded-for': from };
    const { errors } = await app.graphql(
      `mutation { ${text(JSON.stringify(password))} }`,
      {},
      { token: victim.accessToken, headers },
    );
    return errors[0]?.extensions.code ?? 'OK';
  };

const restCall =
  (request: (guess: Guess) => [method: string, path: string, body?: object]): Door =>
  async (guess) => {
    const [method, path, body] = request(guess);
    const { json, status } = await app.request(path, {
      method,
      headers: {
        authorization: `Bearer ${guess.victim.accessToken}`,
        'x-forwarded-for': guess.from,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return status < 400 ? 'OK' : (json as { code: string }).code;
  };

const NEW_PASSWORD = 'Another-Horse-9';

// prettier-ignore
const doors: [string, Door][] = [
  ['login', async ({ victim, password, from }) => (await tryLogin(app, { identifier: victim.email, password, from })).errors[0]?.extensions.code ?? 'OK'],
  ['changePassword', mutation((password) => `changePassword(input: { currentPassword: ${password}, newPassword: "${NEW_PASSWORD}" })`)],
  ['changeEmail', mutation((password) => `changeEmail(input: { currentPassword: ${password}, newEmail: "new${people}@example.com" }) { id }`)],
  ['deleteAccount', mutation((password) => `deleteAccount(password: ${password})`)],
  ['POST /api/auth/login', restCall(({ victim, password }) => ['POST', '/api/auth/login', { email: victim.email, password }])],
  ['POST /api/login', restCall(({ username, password }) => ['POST', '/api/login', { login: username, password }])],
  ['POST /api/delete', restCall(({ username, password }) => ['POST', '/api/delete', { login: username, password }])],
  ['POST /auth/login', restCall(({ username, password }) => ['POST', '/auth/login', { username, password }])],
  ['PUT /auth/users/{username}/password', restCall(({ username, password }) => ['PUT', `/auth/users/${username}/password`, { current_password: password, new_password: NEW_PASSWORD }])],
  ['PUT /auth/users/{username}/email', restCall(({ username, password }) => ['PUT', `/auth/users/${username}/email`, { current_password: password, new_email: `new${people}@example.com` }])],
  ['DELETE /auth/users/{username}', restCall(({ username, password }) => ['DELETE', `/auth/users/${username}?password=${encodeURIComponent(password)}`])],
  ['POST /balance_hub/auth/login', restCall(({ victim, password }) => ['POST', '/balance_hub/auth/login', { email: victim.email, password }])],
];

/** Tries that have nothing to do with the victim but the address they come from. */
async function useUpLogins(from: string, times = TRIES): Promise<void> {
  const codes = await repeat(times, async (index) => {
    const { errors } = await tryLogin(app, { identifier: `nobody${index}@example.com`, from });
    return errors[0]?.extensions.code;
  });
  expect(codes).toEqual(Array(times).fill('INVALID_CREDENTIALS'));
}

describe.each(doors)('the password at %s', (_name, door) => {
  it('should not be tested by an address that has no login tries left, not even with one hash', async () => {
    const [victim, from] = [await givenVictim(), newAddress()];
    const guess = { victim, username: `oracle${people}`, from };
    await useUpLogins(from);
    const hashes = jest.spyOn(PasswordThread.prototype, 'run');
    expect(await door({ ...guess, password: 'Wrong-Horse-8' })).toBe('RATE_LIMITED');
    expect(await door({ ...guess, password: PASSWORD })).toBe('RATE_LIMITED');
    expect(hashes).not.toHaveBeenCalled();
  });

  it('should cost a login try each time', async () => {
    const [victim, from] = [await givenVictim(), newAddress()];
    const guess = { victim, username: `oracle${people}`, password: 'Wrong-Horse-8', from };
    expect(await repeat(5, () => door(guess))).toEqual(Array(5).fill('INVALID_CREDENTIALS'));
    await useUpLogins(from, TRIES - 5);
    const { errors } = await tryLogin(app, { identifier: 'nobody@example.com', from });
    expect(errors[0]?.extensions.code).toBe('RATE_LIMITED');
  });
});

it('should count each comparison of one operation, and take no kind of it twice', async () => {
  const [victim, from] = [await givenVictim(), newAddress()];
  const call = (fields: string) =>
    app.graphql(
      `mutation { ${fields} }`,
      {},
      { token: victim.accessToken, headers: { 'x-forwarded-for': from } },
    );
  const change = `changePassword(input: { currentPassword: "${PASSWORD}", newPassword: "${NEW_PASSWORD}" })`;
  const twice = await call(`a: ${change} b: ${change}`);
  expect(twice.errors.map(({ extensions }) => extensions.code)).toEqual(['QUERY_TOO_COMPLEX']);

  const both = await call(`${change} deleteAccount(password: "${NEW_PASSWORD}")`);
  expect(both.errors).toEqual([]);
  await useUpLogins(from, TRIES - 2);
  const { errors } = await tryLogin(app, { identifier: 'nobody@example.com', from });
  expect(errors[0]?.extensions.code).toBe('RATE_LIMITED');
});

it('should say in the schema that a comparison is a login try', async () => {
  const { data } = await app.graphql<{ __schema: { mutationType: { fields: Described[] } } }>(
    '{ __schema { mutationType { fields { name description } } } }',
  );
  const told = data!.__schema.mutationType.fields
    .filter(({ description }) => description.includes('RATE_LIMIT_GRAPHQL_LOGIN'))
    .map(({ name }) => name);
  expect(told.sort()).toEqual(['changeEmail', 'changePassword', 'deleteAccount', 'login']);
});

interface Described {
  readonly name: string;
  readonly description: string;
}
