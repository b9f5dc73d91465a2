import { book } from '../support/credits';
import { creditFamily, PLAIN } from '../support/credit-family';
import { codeFor } from '../support/mailbox';
import { codesOf, givenUser, PASSWORD, tokenError, type Person } from '../support/people';
import { refusal, rest } from '../support/rest';
import { useApp, type TestApp } from '../support/test-app';

/** What the drivers, the pool and the server say in an outage, and what a reader of whole messages might look for. */
const PHRASES = [
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection ended unexpectedly',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Timeout acquiring a connection',
  'Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Transaction query already complete',
  'Transaction query already complete, run with DEBUG=knex:tx for more info',
  'connect ECONNREFUSED 127.0.0.1:5432',
  'terminating connection due to administrator command',
  'the database system is shutting down',
  'sorry, too many clients already',
  '57P01',
  '40001 deadlock detected',
  "x' - Connection terminated unexpectedly",
  'x" - timeout expired',
  'could not serialize access; truncate',
];
const NAME_MAX_LENGTH = 100;

const breakerOf = (app: TestApp) => app.app.database.breaker.state;
const CLOSED = { kind: 'closed', consecutiveFailures: 0 };

const REGISTER = 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }';
const UPDATE = 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { id } }';
const CHANGE_EMAIL = 'mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) { id } }';

/** Each way a client's words get into a statement that PostgreSQL refuses: one call, and its answer's code. */
type Refused = (app: TestApp, words: string, taken: Person) => Promise<string | undefined>;

async function viaGraphQL(
  app: TestApp,
  query: string,
  input: object,
  token?: string,
  words = '',
): Promise<string | undefined> {
  const headers = /^[\x20-\x7e]*$/.test(words) ? { 'user-agent': words, 'accept-language': words } : {};
  const answer = await app.graphql(query, { input }, { headers, ...(token !== undefined && { token }) });
  return codesOf(answer)[0];
}

async function viaRest(app: TestApp, request: string, json: object, words: string): Promise<string> {
  return String(refusal(await rest(app, request, { json, headers: { 'user-agent': words } }))[1]);
}

const sameAddress = ({ email }: Person) => ({ email, password: PASSWORD });

const registrations: Record<string, Refused> = {
  'GraphQL register firstName': (app, words, taken) =>
    viaGraphQL(app, REGISTER, { ...sameAddress(taken), firstName: words }, undefined, words),
  'GraphQL register lastName': (app, words, taken) =>
    viaGraphQL(app, REGISTER, { ...sameAddress(taken), lastName: words }),
  'auth-serve first_name': (app, words, taken) =>
    viaRest(app, 'POST /api/auth/register', { ...sameAddress(taken), first_name: words }, words),
  'auth-serve last_name': (app, words, taken) =>
    viaRest(app, 'POST /api/auth/register', { ...sameAddress(taken), last_name: words }, words),
  'credit, by its headers': (app, words, taken) =>
    viaRest(app, 'POST /auth/register', { ...sameAddress(taken), username: 'words' }, words),
  'balance-hub full_name': (app, words, taken) =>
    viaRest(
      app,
      'POST /balance_hub/auth/register',
      { ...sameAddress(taken), username: 'words', full_name: words },
      words,
    ),
};

const changes: Record<string, Refused> = Object.fromEntries(
  ['firstName', 'lastName', 'fullName'].map((field) => [
    `GraphQL updateProfile ${field}`,
    async (app, words, taken) => {
      const { accessToken } = taken;
      return viaGraphQL(app, UPDATE, { [field]: words, username: 'taken' }, accessToken, words);
    },
  ]),
);

const faces = Object.entries({ ...registrations, ...changes });

describe('words that feign an outage', () => {
  // One error taken for an outage is enough to open this breaker.
  const app = useApp({ CIRCUIT_BREAKER_FAILURE_THRESHOLD: '1' });
  let taken: Person;

  beforeAll(async () => {
    taken = await givenUser(app);
    await givenUser(app, { username: 'taken' });
  });
  afterEach(async () => {
    expect(breakerOf(app)).toEqual(CLOSED);
    expect(await tokenError(app, taken.accessToken)).toBeNull();
  });

  it.each(PHRASES)('should not be heard in any field of an account: %s', async (phrase) => {
    const words = phrase.slice(0, NAME_MAX_LENGTH);
    const codes: Record<string, string | undefined> = {};
    for (const [face, call] of faces) codes[face] = await call(app, words, taken);
    expect(codes).toEqual(Object.fromEntries(faces.map(([face]) => [face, 'USER_ALREADY_EXISTS'])));
  });

  it.each(PHRASES)('should not be heard in a login of family session: %s', async (phrase) => {
    const json = { login: phrase.slice(0, NAME_MAX_LENGTH), password: PLAIN };
    const headers = { 'user-agent': phrase };
    expect((await rest(app, 'POST /api/register', { json, headers })).status).toBe(201);
    expect(refusal(await rest(app, 'POST /api/register', { json, headers }))).toEqual([
      409,
      'USER_ALREADY_EXISTS',
    ]);
    expect((await rest(app, 'POST /api/login', { json, headers })).status).toBe(200);
  });

  it.each(PHRASES)('should not be heard in a booking that is tried again: %s', async (phrase) => {
    const person = await givenUser(app);
    const input = {
      amount: '5',
      description: phrase,
      referenceId: phrase.slice(0, 100),
      idempotencyKey: phrase,
    };
    for (const operation of ['addCredits', 'useCredits'] as const) {
      const first = await book(app, person, operation, input);
      const again = await book(app, person, operation, input);
      expect([first.code, again.code]).toEqual([null, null]);
      expect(again.entry).toEqual(first.entry);
      const other = await book(app, person, operation, { ...input, amount: '6' });
      expect(other.code).toBe('IDEMPOTENCY_CONFLICT');
    }
  });

  it.each(PHRASES)('should not be heard in a booking through family credit: %s', async (phrase) => {
    const { token } = await creditFamily(app).givenAccount(`payer${PHRASES.indexOf(phrase)}`);
    const json = { amount: 5, description: phrase, reference_id: phrase.slice(0, 100) };
    const headers = { 'idempotency-key': phrase };
    for (const request of ['POST /credits/add', 'POST /credits/use']) {
      const first = await rest(app, request, { token, json, headers });
      const again = await rest(app, request, { token, json, headers });
      expect([first.status, again.status]).toEqual([200, 200]);
      expect(again.body).toEqual(first.body);
    }
  });

  it('should not be heard in a profile of balance-hub', async () => {
    const json = { username: 'hub', email: 'hub@example.com', password: PASSWORD };
    const registered = await rest(app, 'POST /balance_hub/auth/register', { json });
    const { user_id: userId } = registered.body as { user_id: number };
    const code = await codeFor(app, json.email);
    await rest(app, 'POST /balance_hub/auth/verify-email', { json: { user_id: userId, code } });
    const signedIn = await rest(app, 'POST /balance_hub/auth/login', { json });
    const cookie = /access_token=([^;]*)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1];
    for (const phrase of PHRASES) {
      const change = { username: 'taken', full_name: phrase.slice(0, NAME_MAX_LENGTH) };
      const answer = await rest(app, 'PUT /balance_hub/auth/update-user', { cookie, json: change });
      expect([phrase, ...refusal(answer)]).toEqual([phrase, 409, 'USER_ALREADY_EXISTS']);
    }
  });

  it('should not be heard when many want one address at once', async () => {
    const phrases = PHRASES.slice(0, 8);
    const people = await Promise.all(
      phrases.map((phrase) => givenUser(app, { firstName: phrase.slice(0, NAME_MAX_LENGTH) })),
    );
    const codes = await Promise.all(
      people.map(({ accessToken }, index) =>
        viaGraphQL(
          app,
          CHANGE_EMAIL,
          { newEmail: 'wanted@example.com', currentPassword: PASSWORD },
          accessToken,
          phrases[index],
        ),
      ),
    );
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    expect(codes.filter((code) => code === 'USER_ALREADY_EXISTS')).toHaveLength(7);
  });
});

describe('eight at once', () => {
  const app = useApp();
  beforeAll(() => givenUser(app, { username: 'taken' }));

  it.each(faces)('should be eight refusals, and no outage for everybody else: %s', async (_face, call) => {
    const taken = await givenUser(app);
    const codes = await Promise.all(
      Array.from({ length: 8 }, (_, index) => call(app, PHRASES[index]!.slice(0, NAME_MAX_LENGTH), taken)),
    );
    expect(codes).toEqual(Array(8).fill('USER_ALREADY_EXISTS'));
    expect(breakerOf(app)).toEqual(CLOSED);
    expect(await tokenError(app, taken.accessToken)).toBeNull();
  });
});
