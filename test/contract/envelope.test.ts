import { errorCatalogue, type ErrorCode } from '../../src/errors';
import { disable, givenUser, makeAdmin, PASSWORD, type Person } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const app = useApp();
let person: Person;
let disabled: Person;
let admin: Person;
beforeAll(async () => {
  person = await givenUser(app);
  admin = await givenUser(app);
  await makeAdmin(app, admin);
  disabled = await givenUser(app);
  await disable(app, disabled);
});

const login = (identifier: string, password: string): Promise<GraphQLAnswer> =>
  app.graphql('mutation ($i: LoginInput!) { login(input: $i) { user { id } } }', {
    i: { identifier, password },
  });

const ASKING_TO_REAUTHENTICATE = new Set(['UNAUTHENTICATED', 'INVALID_TOKEN', 'TOKEN_EXPIRED']);

/** Each code that this server can be brought to answer over GraphQL with what runs in a test. */
const provoke: Partial<Record<ErrorCode, () => Promise<GraphQLAnswer>>> = {
  INVALID_CREDENTIALS: () => login(person.email, 'Wrong-Pass-1'),
  ACCOUNT_DISABLED: () => login(disabled.email, PASSWORD),
  UNAUTHENTICATED: () => app.graphql('{ me { id } }'),
  INVALID_TOKEN: () => app.graphql('{ me { id } }', {}, { token: 'x' }),
  FORBIDDEN: () => app.graphql(`{ user(id: "${admin.id}") { id } }`, {}, { token: person.accessToken }),
  USER_NOT_FOUND: () => app.graphql('{ user(id: "999999") { id } }', {}, { token: admin.accessToken }),
  USER_ALREADY_EXISTS: () =>
    app.graphql('mutation ($i: RegisterInput!) { register(input: $i) { user { id } } }', {
      i: { email: person.email, password: PASSWORD },
    }),
  INVALID_INPUT: () =>
    app.graphql('mutation ($i: RegisterInput!) { register(input: $i) { user { id } } }', {
      i: { email: 'x', password: PASSWORD },
    }),
  QUERY_TOO_COMPLEX: () => app.graphql(`{ ${'health { status } '.repeat(16)} }`),
  BAD_REQUEST: () => app.graphql('{ nothing }'),
  // The last: with the time go the tokens of everybody above.
  TOKEN_EXPIRED: () => {
    app.clock.advance({ hours: 1 });
    return app.graphql('{ me { id } }', {}, { token: person.accessToken });
  },
};

it.each(Object.entries(provoke))('should answer %s in the envelope and nothing more', async (code, ask) => {
  const { data, errors, headers } = await ask();
  const { exception, httpStatus } = errorCatalogue[code as ErrorCode];
  expect(data).toBeNull();
  expect(errors).toHaveLength(1);
  const { message, path, locations, extensions, ...rest } = errors[0] as (typeof errors)[0] & {
    locations: unknown;
  };
  expect(rest).toEqual({});
  expect(message.length).toBeGreaterThan(0);
  expect(locations).toEqual([{ line: 1, column: expect.any(Number) as number }]);
  if (!['BAD_REQUEST', 'QUERY_TOO_COMPLEX'].includes(code)) expect(path).toHaveLength(1);
  expect(extensions).toEqual({
    code,
    status: 'error',
    error: exception,
    http_status: httpStatus,
    timestamp: app.clock.now().toISOString(),
    request_id: headers.get('x-request-id'),
    ...(ASKING_TO_REAUTHENTICATE.has(code) && { reauthenticate: true }),
    ...(httpStatus === 422 && { details: [{ field: 'email', message: 'must be a valid email address' }] }),
  });
});

it.each([
  ['field errors', 'application/json', '{ me { id } }', 200],
  ['field errors', 'application/graphql-response+json', '{ me { id } }', 200],
  ['a broken document', 'application/json', '{ me', 400],
  ['a broken document', 'application/graphql-response+json', '{ me', 400],
  ['a document over the limits', 'application/json', `{ ${'health { status } '.repeat(16)} }`, 400],
])('should answer %s to %s with the status of GraphQL over HTTP', async (_name, accept, query, status) => {
  const answer = await app.postRaw(JSON.stringify({ query }), { accept });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
  expect(answer.errors).toHaveLength(1);
});

describe('an error that nobody foresaw', () => {
  it('should tell the client nothing but that it happened, and the log everything but values', async () => {
    // A table that is gone is a failure of the database's schema, and no outage.
    await app.rows('alter table sessions rename to sessions_away');
    try {
      app.logLines.length = 0;
      const answer = await login(person.email, PASSWORD);
      expect(answer.errors[0]).toMatchObject({
        message: 'A database error occurred',
        extensions: { code: 'DATABASE_ERROR', http_status: 500 },
      });
      expect(JSON.stringify(answer)).not.toMatch(
        /sessions_away|select|insert|delete from|node_modules|relation/i,
      );
      const line = app.logLines.find((text) => text.includes('"DATABASE_ERROR"'));
      expect(line).toContain('relation');
      expect(line).toContain('"code":"42P01"');
      expect(line).not.toMatch(/delete from|insert into/i);
    } finally {
      await app.rows('alter table sessions_away rename to sessions');
    }
  });
});

describe('what never reaches GraphQL', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };
  const BIG = JSON.stringify({ query: `{ health { status } } #${'x'.repeat(1_048_576)}` });
  it.each<[string, ErrorCode, string, RequestInit]>([
    ['malformed JSON', 'BAD_REQUEST', '/graphql', { method: 'POST', headers: JSON_TYPE, body: '{' }],
    ['1 MB', 'PAYLOAD_TOO_LARGE', '/graphql', { method: 'POST', headers: JSON_TYPE, body: BIG }],
    [
      'XML',
      'UNSUPPORTED_MEDIA_TYPE',
      '/graphql',
      { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' },
    ],
    ['PUT', 'METHOD_NOT_ALLOWED', '/graphql', { method: 'PUT' }],
    ['DELETE', 'METHOD_NOT_ALLOWED', '/graphql?x=1', { method: 'DELETE' }],
    ['POST', 'METHOD_NOT_ALLOWED', '/health', { method: 'POST' }],
    ['an unknown path', 'NOT_FOUND', '/graphql/x', {}],
    ['an unknown path', 'NOT_FOUND', '/nothing', { method: 'POST' }],
    ['a broken escape', 'BAD_REQUEST', '/%zz', {}],
  ])('should answer %s with %s at %s', async (_name, code, path, init) => {
    const { status, headers, json } = await app.request(path, init);
    const { httpStatus, exception } = errorCatalogue[code];
    expect(status).toBe(httpStatus);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    const fields = {
      status: 'error',
      error: exception,
      code,
      timestamp: app.clock.now().toISOString(),
      request_id: headers.get('x-request-id'),
    };
    const message = expect.any(String) as string;
    const isGraphQL = /^\/graphql(\?|$)/.test(path);
    expect(json).toEqual(
      isGraphQL
        ? { errors: [{ message, extensions: { ...fields, http_status: httpStatus } }] }
        : { ...fields, message },
    );
    const allow = path.startsWith('/graphql') ? 'GET, HEAD, POST, OPTIONS' : 'GET, HEAD, OPTIONS';
    expect(headers.get('allow')).toBe(code === 'METHOD_NOT_ALLOWED' ? allow : null);
  });
});
