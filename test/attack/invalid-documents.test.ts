import { RateLimiter } from '../../src/infrastructure/rate-limit/rate-limiter';
import { atOnce, codesOf, count, LIMITED, repeat } from '../support/attacks';
import { codesOf as codesOfOne, givenUser } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const LIMIT = 5;
const DIRECTIVES = '@a '.repeat(48);

/** None of these reaches a field, where tries are counted. */
const invalid: [string, string][] = [
  ['a text that is no document', '{'],
  ['no text at all', ''],
  ['an unknown field', '{ nothing }'],
  ['an unknown field beside a known one', '{ health { status } nothing }'],
  ['a flood of directives', `{ health ${DIRECTIVES} { status } }`],
  ['too many tokens', `{ health { ${'status '.repeat(1000)} } }`],
  ['too many fields', `{ ${'health { status } '.repeat(16)} }`],
  ['a subscription', 'subscription { health { status } }'],
  ['variables of the wrong type', 'query ($id: ID!) { user(id: $id) { id } }'],
  ['two operations and no name', 'query A { health { status } } query B { health { status } }'],
  ['nothing but a name', '{ __typename }'],
];

describe('a flood of documents that come to nothing', () => {
  const app = useApp({ ...LIMITED, RATE_LIMIT_GRAPHQL_OTHER: `${LIMIT}/minute` });
  let addresses = 0;

  const ask = (query: string, from = `192.0.2.${addresses}`): Promise<GraphQLAnswer> =>
    app.graphql(query, {}, { headers: { 'x-forwarded-for': from } });
  beforeEach(() => (addresses += 1));

  it.each(invalid)('should be limited by address, and then not be read at all: %s', async (_name, query) => {
    const answers = await repeat(LIMIT, () => ask(query));
    expect(count(codesOf(answers), 'RATE_LIMITED')).toBe(0);
    app.clock.advance({ seconds: 20 });
    for (const refused of [await ask(query), await ask('{'), await ask('{ health { status } }')]) {
      expect(refused.status).toBe(429);
      expect(refused.errors).toHaveLength(1);
      expect(refused.errors[0]!.extensions).toMatchObject({
        code: 'RATE_LIMITED',
        http_status: 429,
        retry_after: 40,
      });
      expect(refused.headers.get('retry-after')).toBe('40');
      expect(refused.headers.get('ratelimit')).toBe('"other";r=0;t=40');
    }
    expect(codesOf([await ask('{ health { status } }', '198.51.100.1')])).toEqual(['OK']);
    app.clock.advance({ seconds: 40 });
    expect(codesOf([await ask('{ health { status } }')])).toEqual(['OK']);
  });

  it('should be limited when all of it comes at once', async () => {
    const codes = codesOf(await atOnce(50, () => ask('{ nothing }')));
    expect(count(codes, 'BAD_REQUEST')).toBe(LIMIT);
    expect(count(codes, 'RATE_LIMITED')).toBe(50 - LIMIT);
  });

  it('should be limited by GET too', async () => {
    const get = (): Promise<{ status: number }> =>
      app.request('/graphql?query=%7Bnothing%7D', {
        headers: { 'apollo-require-preflight': '1', 'x-forwarded-for': '198.51.100.2' },
      });
    const statuses = (await repeat(LIMIT + 1, get)).map(({ status }) => status);
    expect(statuses).toEqual([...Array<number>(LIMIT).fill(400), 429]);
  });

  it('should not be counted twice when it is valid, nor cost the store a second call', async () => {
    const person = await givenUser(app);
    const consume = jest.spyOn(RateLimiter.prototype, 'consume');
    const answer = await app.graphql(
      '{ me { id } }',
      {},
      { token: person.accessToken, headers: { 'x-forwarded-for': '198.51.100.3' } },
    );
    expect(consume).toHaveBeenCalledTimes(1);
    consume.mockRestore();
    expect(answer.headers.get('ratelimit')).toBe(`"other";r=${LIMIT - 1};t=60`);
  });
});

describe('a document with many mistakes', () => {
  const app = useApp();
  beforeEach(() => (app.logLines.length = 0));

  const fields = Array.from({ length: 480 }, (_, index) => `f${index}`).join(' ');
  it.each<[string, string, string]>([
    ['directives', `{ health ${DIRECTIVES} { status } }`, 'BAD_REQUEST'],
    ['directives of variables', `query ($a: ID ${'@a '.repeat(480)}) { user(id: $a) { id } }`, 'BAD_REQUEST'],
    [
      'directives in a fragment',
      `{ health { ...A } } fragment A on Health ${'@a '.repeat(480)} { status }`,
      'BAD_REQUEST',
    ],
    ['fields', `{ health { ${fields} } }`, 'BAD_REQUEST'],
    ['variables', `query (${'$a: Nothing '.repeat(200)}) { health { status } }`, 'BAD_REQUEST'],
  ])('should be told of five at most, and stand in one line of the log: %s', async (_name, query, code) => {
    const { status, errors } = await app.graphql(query);
    expect(status).toBe(400);
    expect(errors.length).toBeLessThanOrEqual(5);
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set([code]));
    const lines = app.events().filter((event) => event !== 'request_start' && event !== 'request_end');
    expect(lines).toEqual(['graphql_error']);
  });

  it('should be told of the values of its variables five times at most', async () => {
    const query = `query (${Array.from({ length: 15 }, (_, index) => `$v${index}: ID!`).join(' ')}) {
      ${Array.from({ length: 15 }, (_, index) => `a${index}: user(id: $v${index}) { id }`).join(' ')}
    }`;
    const answer = await app.graphql(query);
    expect([answer.status, codesOfOne(answer)]).toEqual([400, Array(5).fill('BAD_REQUEST')]);
    expect(app.events().filter((event) => event === 'graphql_error')).toHaveLength(1);
  });
});
