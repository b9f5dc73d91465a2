import fc from 'fast-check';

/** One HTTP request as the fuzzer makes it, in a form that can be kept as JSON. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

// prettier-ignore
const NASTY = [
  '', ' ', '\0', 'a\0b', '\ud800', '\udfff\ud800', '\u202e', '\ufeff', '\u00a0', 'İ', 'ﬀ', 'ａ＠ｂ．ｃ', '\r\nX-Evil: 1', '%00', '%c0%af',
  "' or '1'='1", '"; drop table users; --', '$1', '$$', '\\', '{{7*7}}', '${7*7}', '<script>', '../../etc/passwd', '__proto__', 'constructor', 'toString',
  'null', 'undefined', 'NaN', '0', '-1', '1e400', '9223372036854775808', '99999999999999999999', '1.7976931348623157e309', '00000000-0000-0000-0000-000000000000',
  'a@b.c', 'A@B.C', 'fuzz@example.com', `${'a'.repeat(64)}@${'b'.repeat(63)}.com`, 'a'.repeat(72), 'ä'.repeat(40), 'x'.repeat(300), 'x'.repeat(5000), '𝕏'.repeat(50),
];

// prettier-ignore
const WORDS = [
  '{', '}', '(', ')', '[', ']', ':', '!', '=', '|', '&', '$', '@', '...', '"', '"""', '#', ',', '\\u{110000}', '\n', '\0',
  'query', 'mutation', 'subscription', 'fragment', 'on', 'true', 'null', '-0', '1e999', '123456789012345678901234567890', '$input', '$id: ID', 'A', '...A',
  'fragment A on User { id ...A }', '@include(if: true)', '@skip(if: $x)', '@deprecated', '__typename', '__schema { types { name } }', '__type(name: "User") { fields { name } }',
  'me { id }', 'health { status }', 'errorCatalog { code }', 'user(id: "1") { id }', 'user(username: $id) { id }', 'a: logout', 'logoutAll', 'mySessions { id }',
  'login(input: $input) { user { id } }', 'login(input: { identifier: "a", password: "b" }) { user { id } }', 'refresh { user { id } }', 'revokeSession(id: "x")',
];

const FIELD_WORDS = [
  ...[
    '__typename',
    'me { id }',
    'me { ...on User { id role } }',
    'health { status }',
    'a: health { version }',
  ],
  ...['user(id: "1") { id }', 'user(id: 99999999999999999999) { id }', 'user(username: "\\u0000") { id }'],
  ...[
    'mySessions { id ipAddress }',
    'errorCatalog { code }',
    '... @include(if: false) { me { id } }',
    '__schema { types { name } }',
  ],
];

const PATHS = [
  ...[
    '/api/auth/register',
    '/api/auth/login',
    '/api/auth/refresh',
    '/api/register',
    '/api/login',
    '/api/delete',
  ],
  ...[
    '/auth/register',
    '/auth/login',
    '/auth/refresh',
    '/auth/password-reset-request',
    '/auth/reset-password',
  ],
  ...['/credits/add', '/credits/use', '/credits/transactions?skip=x&limit=-1', '/auth/me?user_id=1e9'],
  ...['/balance_hub/auth/register', '/balance_hub/auth/login', '/balance_hub/auth/verify-email'],
  ...[
    '/balance_hub/auth/resend-verification',
    '/balance_hub/auth/password/forget',
    '/health',
    '/',
    '/nowhere',
  ],
];

// prettier-ignore
const FIELDS = [
  'identifier', 'password', 'email', 'username', 'firstName', 'lastName', 'fullName', 'currentPassword', 'newPassword', 'new_password', 'login', 'user_id',
  'code', 'token', 'refresh_token', 'amount', 'reference_id', 'description', 'first_name', 'full_name', 'is_admin', '__proto__', 'constructor',
];

const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 80 }) },
  { weight: 1, arbitrary: fc.emailAddress() },
);
const value = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
const object = fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 6, noNullPrototype: true });

/** What a header can hold at all. */
const headerValue = text.map((one) => one.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 2000));
/** Stands for a live access token. */
export const LIVE_TOKEN = 'live-token';

const headers = fc.dictionary(
  fc.constantFrom(
    ...['authorization', 'cookie', 'origin', 'accept', 'x-request-id', 'x-forwarded-for', 'user-agent'],
    ...['idempotency-key', 'accept-encoding', 'if-none-match', 'sec-fetch-site', 'content-type'],
  ),
  fc.oneof(
    headerValue,
    headerValue.map((one) => `Bearer ${one}`),
    fc.constantFrom('application/json', '*/*;q=2', 'multipart/form-data', '__Host-device=x', 'text/html'),
  ),
  { maxKeys: 4, noNullPrototype: true },
);

const operation = (query: string, variables: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  fc.record({ query: fc.constant(query), variables: fc.record(variables) });
const maybe = fc.option(text);

/** Well-formed operations, so that the values reach the use cases. */
const operations = fc.oneof(
  operation('mutation ($input: LoginInput!) { login(input: $input) { user { id } } }', {
    input: fc.record({ identifier: text, password: text }),
  }),
  operation('mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }', {
    input: fc.record({
      email: fc.oneof(text, fc.emailAddress()),
      password: fc.oneof(text, fc.constant('Correct-Horse-7')),
      username: maybe,
      firstName: maybe,
      lastName: maybe,
    }),
  }),
  operation('mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { id } }', {
    input: fc.record({ username: maybe, firstName: maybe, fullName: maybe }, { requiredKeys: [] }),
  }),
  operation('mutation ($input: ChangePasswordInput!) { changePassword(input: $input) }', {
    input: fc.record({ currentPassword: text, newPassword: text }),
  }),
  operation('mutation ($value: String) { refresh(refreshToken: $value) { user { id } } }', { value: maybe }),
  operation('mutation ($value: ID!) { revokeSession(id: $value) }', { value: text }),
  operation('mutation ($value: String!) { deleteAccount(password: $value) }', { value: text }),
  operation('query ($value: ID) { user(id: $value) { id username } }', { value: maybe }),
  operation('query ($value: String) { user(username: $value) { id username } }', { value: maybe }),
);

const graphqlBody = fc.oneof(
  { weight: 4, arbitrary: operations },
  {
    weight: 4,
    arbitrary: fc.record({
      query: fc.oneof(
        fc.array(fc.constantFrom(...WORDS), { maxLength: 60 }).map((words) => words.join(' ')),
        fc
          .array(fc.constantFrom(...FIELD_WORDS), { minLength: 1, maxLength: 12 })
          .map((words) => `{ ${words.join(' ')} }`),
      ),
      variables: fc.option(value),
      operationName: fc.option(text),
      extensions: fc.option(
        fc.oneof(value, fc.constant({ persistedQuery: { version: 1, sha256Hash: 'x' } })),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.array(fc.record({ query: text }), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const rawBody = fc.oneof(
  text,
  fc.json(),
  fc.json().map((json) => json.slice(0, -1)),
  fc.constantFrom(
    '['.repeat(20_000),
    `{"a":${'{"a":'.repeat(5_000)}`,
    '{"__proto__":{"x":1}}',
    '"'.repeat(1000),
  ),
);

/** Requests at every input there is: identifiers, passwords, tokens, headers, bodies and GraphQL documents. */
export const fuzzRequests: fc.Arbitrary<FuzzRequest> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      method: fc.constant('POST'),
      path: fc.constant('/graphql'),
      headers: fc.tuple(headers, fc.boolean()).map(([extra, isSignedIn]) => ({
        ...extra,
        ...(isSignedIn && { authorization: `Bearer ${LIVE_TOKEN}` }),
        'content-type': 'application/json',
      })),
      body: graphqlBody.map((body) => JSON.stringify(body)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      method: fc.constantFrom('POST', 'PUT', 'GET', 'DELETE'),
      path: fc.constantFrom(...PATHS),
      headers: headers.map((extra) => ({ ...extra, 'content-type': 'application/json' })),
      body: object.map((body) => JSON.stringify(body)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      method: fc.constantFrom('POST', 'PUT', 'PATCH', 'OPTIONS', 'TRACE'),
      path: fc.constantFrom('/graphql', ...PATHS),
      headers,
      body: rawBody,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      method: fc.constantFrom('GET', 'HEAD', 'DELETE'),
      path: text.map(
        (one) => `/${encodeURI(one.toWellFormed())}?query=${encodeURIComponent(one.toWellFormed())}`,
      ),
      headers,
    }),
  },
);
