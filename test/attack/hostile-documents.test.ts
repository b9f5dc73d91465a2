import { useApp } from '../support/test-app';

const app = useApp();

const repeated = (times: number, part: (index: number) => string) =>
  Array.from({ length: times }, (_, index) => part(index)).join(' ');
const LOGIN = 'login(input: { identifier: "a@example.com", password: "x" }) { user { id } }';
const REGISTER = 'register(input: { email: "a@example.com", password: "x" }) { nextStep }';
const REFRESH = 'refresh(refreshToken: "x") { user { id } }';

/** Threat, document, what the answer says. */
const tooComplex: [string, string, string][] = [
  ['brute force by aliases', `mutation { a: ${LOGIN} b: ${LOGIN} }`, 'login more than once'],
  ['brute force by repeated fields', `mutation { ${LOGIN} ${LOGIN} }`, 'login more than once'],
  [
    'brute force by a fragment',
    `mutation { ...A ${LOGIN} } fragment A on Mutation { a: ${LOGIN} }`,
    'login more than once',
  ],
  [
    'brute force by one fragment spread twice',
    `mutation { ...A ...A } fragment A on Mutation { a: ${LOGIN} }`,
    'login more than once',
  ],
  [
    'brute force by inline fragments',
    `mutation { ... { a: ${LOGIN} } ... on Mutation { b: ${LOGIN} } }`,
    'login more than once',
  ],
  [
    'brute force behind directives',
    `mutation { a: ${LOGIN} b: login(input: {identifier: "b", password: "y"}) @skip(if: false) { user { id } } }`,
    'login more than once',
  ],
  ['registration in bulk', `mutation { a: ${REGISTER} b: ${REGISTER} }`, 'register more than once'],
  ['refresh in bulk', `mutation { a: ${REFRESH} b: ${REFRESH} }`, 'refresh more than once'],
  ['introspection in bulk', '{ __schema { __typename } b: __schema { __typename } }', '__schema more than'],
  ['an alias flood', `{ health { ${repeated(16, (i) => `a${i}: status`)} } }`, 'more than 15 aliases'],
  [
    'an alias flood through fragments',
    `{ health { ...A ...A } } fragment A on Health { ${repeated(8, (i) => `a${i}: status`)} }`,
    'more than 15 aliases',
  ],
  ['a flood of root fields', `{ ${'health { status } '.repeat(16)} }`, 'more than 15 root fields'],
  ['a deep query', `{ ${'me { '.repeat(9)} id ${'} '.repeat(9)} }`, 'deeper than 8 levels'],
  [
    'depth hidden in fragments',
    `{ me { ...A } } fragment A on User { me { me { me { ...B } } } }
     fragment B on User { me { me { me { me { id } } } } }`,
    'deeper than 8 levels',
  ],
  ['a token flood', `{ health { ${'status '.repeat(1000)} } }`, 'too many tokens'],
  ['a token flood in an argument', `{ user(id: ${'['.repeat(2000)}) { id } }`, 'too many tokens'],
  [
    'a directive flood on a field',
    `{ health ${'@include(if: true) '.repeat(51)} { status } }`,
    'more than 50 directives',
  ],
  [
    'a directive flood on an operation',
    `query ${'@a '.repeat(51)} { health { status } }`,
    'more than 50 directives',
  ],
  [
    'a directive flood through fragments',
    `{ health { ...A ...A ...A } } fragment A on Health { status ${'@skip(if: false) '.repeat(20)} }`,
    'more than 50 directives',
  ],
  [
    'exponential fragments',
    `{ health { ...F0 ...F0 } } ${repeated(20, (i) => `fragment F${i} on Health { ...F${i + 1} ...F${i + 1} }`)}
     fragment F20 on Health { status }`,
    'more than 2000 fields',
  ],
  [
    'exponential fragments in a circle, without any field',
    `{ health { ...F0 ...F0 } } ${repeated(40, (i) => `fragment F${i} on Health { ...F${(i + 1) % 40} ...F${(i + 1) % 40} }`)}`,
    'more than 2000 fields',
  ],
  [
    'a hostile operation beside the harmless one',
    `query Good { health { status } } query Bad { ${'health { status } '.repeat(16)} }`,
    'more than 15 root fields',
  ],
];

describe('a hostile document', () => {
  it.each(tooComplex)('should be refused before it is validated: %s', async (_threat, query, message) => {
    const { status, errors } = await app.graphql(query, {}, {});
    expect(errors).toHaveLength(1);
    expect(errors[0]!.extensions).toMatchObject({ code: 'QUERY_TOO_COMPLEX', http_status: 400 });
    expect(errors[0]!.message).toContain(message);
    expect(status).toBe(400);
  });

  it('should be refused again when it comes again', async () => {
    const query = `{ ${'health { status } '.repeat(16)} }`;
    await app.graphql(query);
    expect((await app.graphql(query)).errors[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  });

  it('should not be validated: a document that breaks rules and limits gets one answer', async () => {
    const { errors } = await app.graphql(`{ ${repeated(16, (i) => `nonsense${i}`)} }`);
    expect(errors.map(({ message }) => message)).toEqual([
      'The query is too complex: more than 15 root fields',
    ]);
  });

  it.each([
    ['a fragment cycle', '{ health { ...A } } fragment A on Health { ...B } fragment B on Health { ...A }'],
    ['a fragment of itself', '{ health { ...A } } fragment A on Health { status ...A }'],
    ['an unknown fragment', '{ health { ...A } }'],
    ['an unused fragment', '{ health { status } } fragment A on Health { version }'],
    [
      'conflicting aliases',
      '{ a: health { status } a: health { version: status } }'.replace('a: health { v', 'a: me { v'),
    ],
    ['an operation without fields', 'query { }'],
    ['two operations without a name', '{ health { status } } { health { version } }'],
    ['a subscription', 'subscription { health { status } }'],
    ['a type definition', 'type Query { hacked: String }'],
    ['deep lists of arguments', `{ user(id: ${'['.repeat(400)}${']'.repeat(400)}) { id } }`],
    ['an unfinished string', '{ user(id: "'],
    ['a NUL', '{ health\u0000 { status } }'],
    ['a byte order mark and half a surrogate', '\ufeff{ health { \ud800 } }'],
    [
      'recursive introspection',
      `{ __schema { types { ${'fields { type { '.repeat(6)} name ${'} } '.repeat(6)} } } }`,
    ],
  ])('should be refused as a bad request: %s', async (_threat, query) => {
    const { status, data, errors } = await app.graphql(query);
    expect(errors[0]?.extensions.code).toBe('BAD_REQUEST');
    expect([status, data]).toEqual([400, null]);
  });

  it('should leave the largest allowed query alone', async () => {
    const aliases = repeated(15, (index) => `a${index}: health { status }`);
    expect((await app.graphql(`{ ${aliases} }`)).errors).toEqual([]);
  });
});

describe('a hostile body', () => {
  const post = async (body: unknown): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };
  const HEALTH = '{ health { status } }';

  it('should not try two passwords by batching', async () => {
    const { status, text } = await post([
      { query: `mutation { ${LOGIN} }` },
      { query: `mutation { ${LOGIN} }` },
    ]);
    expect(status).toBe(400);
    expect(text).not.toContain('INVALID_CREDENTIALS');
  });

  it('should not fill a cache of persisted queries', async () => {
    const persistedQuery = { version: 1, sha256Hash: 'a'.repeat(64) };
    const stored = await post({ query: HEALTH, extensions: { persistedQuery } });
    const asked = await post({ extensions: { persistedQuery } });
    expect([stored.status, asked.status]).toEqual([200, 200]);
    expect(stored.text).toContain('BAD_REQUEST');
    expect(asked.text).toContain('BAD_REQUEST');
  });

  it('should not be read when its variables are huge', async () => {
    const { status, text } = await post({ query: HEALTH, variables: { a: 'x'.repeat(70_000) } });
    expect(status).toBe(413);
    expect(text).toContain('PAYLOAD_TOO_LARGE');
  });

  it('should not exhaust the stack with deep variables', async () => {
    const deep = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
    expect((await post(`{"query":"${HEALTH}","variables":{"a":${deep}}}`)).status).toBe(200);
    expect(
      (await post(`{"query":"query($a: ID) { user(id: $a) { id } }","variables":{"a":${deep}}}`)).status,
    ).toBe(400);
  });

  it('should not reach the prototype of anything', async () => {
    const { status } = await post(`{"query":"${HEALTH}","variables":{"__proto__":{"polluted":true}}}`);
    expect(status).toBe(400);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
