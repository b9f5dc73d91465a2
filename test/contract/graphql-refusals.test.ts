import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { codesOf, givenUser } from '../support/people';
import { useApp, type RawGraphQLAnswer } from '../support/test-app';

const app = useApp({ GRAPHQL_INTROSPECTION: 'false' });
const HEALTH = '{ health { status } }';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const persisted = { persistedQuery: { version: 1, sha256Hash: sha256(HEALTH) } };

const wordsOf = ({ status, errors }: RawGraphQLAnswer): unknown[] => [
  status,
  errors[0]?.extensions.code,
  errors[0]?.message,
];

describe('what is off should be refused by name, with the way to go on', () => {
  it('batches', async () => {
    for (const batch of [[{ query: HEALTH }, { query: HEALTH }], [{ query: HEALTH }], []]) {
      expect(wordsOf(await app.postRaw(JSON.stringify(batch)))).toEqual([
        400,
        'BAD_REQUEST',
        'Batches are off; send one operation a request, as a JSON object',
      ]);
    }
  });

  it('persisted queries, by hash alone or with their text, by POST and by GET', async () => {
    const params = new URLSearchParams({ extensions: JSON.stringify(persisted) }).toString();
    const answers = [
      await app.postRaw(JSON.stringify({ extensions: persisted })),
      await app.postRaw(JSON.stringify({ query: HEALTH, extensions: persisted })),
      { errors: [], ...(await app.request(`/graphql?${params}`)) },
    ];
    for (const { status, json } of answers) {
      const { errors } = json as RawGraphQLAnswer;
      expect([status, errors.map(({ message }) => message)]).toEqual([
        200,
        [
          'Persisted queries (APQ) are off; send the text of the operation in `query`, without `extensions.persistedQuery`',
          'PersistedQueryNotSupported',
        ],
      ]);
    }
  });

  it('introspection', async () => {
    const answer = await app.postRaw(JSON.stringify({ query: '{ __schema { types { name } } }' }));
    expect(wordsOf(answer)).toEqual([400, 'BAD_REQUEST', 'Introspection is off on this server']);
  });

  it('uploads', async () => {
    const form = new FormData();
    form.set('operations', JSON.stringify({ query: HEALTH }));
    const answer = await app.request('/graphql', { method: 'POST', body: form });
    expect(wordsOf({ ...answer, ...(answer.json as RawGraphQLAnswer), status: answer.status })).toEqual([
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'File uploads (multipart/form-data) are off; send JSON, with Content-Type: application/json',
    ]);
  });
});

it('should never name the library behind, however a request is wrong', async () => {
  const bodies = [
    '',
    '[]',
    '{}',
    '{"query":7}',
    '{"query":"{"}',
    '{"query":"{ __type(name: \\"A\\") { name } }"}',
  ];
  const answers = await Promise.all([
    ...bodies.map((body) => app.postRaw(body)),
    ...['', '?query=%7B', '?query=mutation%7Blogout%7D', '?extensions=%7B', '?variables=1'].map((search) =>
      app.request(`/graphql${search}`),
    ),
    app.request('/graphql', { headers: { 'content-type': 'text/plain' } }),
    app.request(`/graphql?query=${encodeURIComponent(HEALTH)}`, { headers: { accept: 'image/png' } }),
    app.request('/graphql', { method: 'POST', body: 'a' }),
    app.request('/graphql', { method: 'PUT', body: 'a' }),
  ]);
  for (const { status, text } of answers) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(text).not.toMatch(/apollo|graphql-js|fastify|csrf/i);
  }
});

it('should be understood by Apollo Client, which then sends the text by itself', async () => {
  const link = ApolloLink.from([
    new PersistedQueryLink({ sha256 }),
    new HttpLink({ uri: `${app.url}/graphql` }),
  ]);
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const { data } = await client.query({ query: gql(HEALTH) });
  expect(data).toMatchObject({ health: { status: 'healthy' } });
});

describe('a number in the variables', () => {
  const ADD = 'mutation ($a: Decimal!) { addCredits(input: { amount: $a }) { amount newBalance } }';
  const post = async (query: string, variables: string): Promise<RawGraphQLAnswer> => {
    const { accessToken } = await givenUser(app);
    return app.postRaw(`{"query":${JSON.stringify(query)},"variables":${variables}}`, {
      authorization: `Bearer ${accessToken}`,
    });
  };

  it.each([
    '1.00000000000000000001',
    '0.30000000000000000001',
    '100.500000000000000001',
    '9999999999.9900000000000000001',
  ])('should be checked with all its digits: %s', async (amount) => {
    const answer = await post(ADD, `{"a":${amount}}`);
    expect(codesOf(answer)).toEqual(['INVALID_INPUT']);
    expect(answer.errors[0]?.extensions.details).toEqual([
      { field: 'amount', message: 'must have at most two decimals' },
    ]);
  });

  it.each([
    ['100.5000000000000000000', '100.50'],
    ['1.10', '1.10'],
    ['9999999999.99', '9999999999.99'],
    ['1e2', '100.00'],
  ])('should be booked as it was sent: %s', async (amount, booked) => {
    const { json } = await post(ADD, `{"a":${amount}}`);
    expect(json).toEqual({ data: { addCredits: { amount: booked, newBalance: booked } } });
  });

  it.each([
    ['query ($id: ID) { user(id: $id) { id } }', '{"id":1.00000000000000000001}'],
    ['query ($id: ID) { user(id: $id) { id } }', '{"id":90071992547409931}'],
    ['query ($f: Int) { creditTransactions(first: $f) { totalCount } }', '{"f":5.00000000000000000001}'],
  ])('should be refused where it would be rounded: %s', async (query, variables) => {
    expect(codesOf(await post(query, variables))).toEqual(['BAD_REQUEST']);
    const params = new URLSearchParams({ query, variables }).toString();
    expect((await app.request(`/graphql?${params}`)).status).toBe(400);
  });

  it('should not be read otherwise for a long number in another place, and no key twice', async () => {
    const query = 'query ($u: ID) { user(id: $u) { id } health { status } }';
    const answer = await post(query, '{"u":"1234567890123456789"}');
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    const twice = await post(query, '{"u":"a","u":"b","v":1234567890123456789}');
    expect([twice.status, ...codesOf(twice)]).toEqual([400, 'BAD_REQUEST']);
    const deep = `${'['.repeat(20_000)}1234567890123456789${']'.repeat(20_000)}`;
    expect((await post(query, `{"u":${deep}}`)).status).toBe(400);
    const poisoned = await post(query, '{"__proto__":{"a":1234567890123456789}}');
    expect(poisoned.status).toBe(400);
  });

  it.each([
    ['12345678901234567890', 'The body must be a JSON object'],
    ['{"query":"{ health { status } }","variables":12345678901234567890}', '`variables` must be'],
    ['{"query":"{ health { status } }","extensions":12345678901234567890}', '`extensions` must be'],
  ])('should be no object, however long: %s', async (body, words) => {
    const answer = await app.postRaw(body);
    expect([answer.status, ...codesOf(answer)]).toEqual([400, 'BAD_REQUEST']);
    expect(answer.errors[0]?.message).toContain(words);
  });
});
