import { codesOf, givenUser, PASSWORD } from '../support/people';
import { requestRaw } from '../support/http';
import { useApp, type RawGraphQLAnswer } from '../support/test-app';

const EVIL = 'https://evil.example';
const JSON_ANSWER = { accept: 'application/json' };

const app = useApp({ REFRESH_TOKEN_DELIVERY: 'cookie', RATE_LIMIT_ENABLED: 'true' });

/** What any page can have a browser send, by a link or an image: with its cookies, and without asking first. */
async function get(
  params: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawGraphQLAnswer> {
  const answer = await app.request(`/graphql?${new URLSearchParams(params).toString()}`, {
    headers: { ...JSON_ANSWER, ...headers },
  });
  const { errors = [] } = answer.json as { errors?: RawGraphQLAnswer['errors'] };
  return { ...answer, errors };
}

async function givenCookie(): Promise<{ cookie: string; email: string }> {
  const { email } = await givenUser(app);
  const { headers } = await app.graphql(
    'mutation ($i: LoginInput!) { login(input: $i) { tokens { accessToken } } }',
    { i: { identifier: email, password: PASSWORD } },
  );
  const cookie = headers.getSetCookie().map((one) => one.split(';')[0]);
  return { cookie: cookie.join('; '), email };
}

describe('a query by GET from another site', () => {
  it('should learn nothing that is not public, whatever cookies come along', async () => {
    const { cookie } = await givenCookie();
    for (const query of ['{ me { id } }', '{ mySessions { id } }', '{ creditBalance { balance } }']) {
      const answer = await get({ query }, { cookie, origin: EVIL, 'sec-fetch-site': 'cross-site' });
      expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });

  it('should not stay in a cache', async () => {
    const answer = await get({ query: '{ health { status } }' });
    expect(answer.json).toEqual({ data: { health: { status: 'healthy' } } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('should count against the limit as by POST', async () => {
    const left = async (): Promise<number> => {
      const { headers } = await get({ query: '{ health { status } }' });
      return Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    };
    expect(await left()).toBe((await left()) + 1);
  });
});

describe('a mutation by GET', () => {
  const LOGOUT = 'mutation { logout }';
  // prettier-ignore
  it.each<[string, Record<string, string>]>([
    ['as it is', { query: LOGOUT }],
    ['behind __typename', { query: 'mutation { __typename logout }' }],
    ['that is __typename only', { query: 'mutation { __typename }' }],
    ['chosen by name beside a query', { query: `query a { health { status } } mutation b { logout }`, operationName: 'b' }],
    ['in a fragment', { query: 'mutation { ...f } fragment f on Mutation { logout }' }],
    ['with variables', { query: 'mutation ($t: String) { refresh(refreshToken: $t) { user { id } } }', variables: '{"t":null}' }],
    ['with extensions', { query: LOGOUT, extensions: '{"a":1}' }],
  ])('should be refused %s, and do nothing', async (_how, params) => {
    const { cookie } = await givenCookie();
    const count = (): Promise<unknown> => app.rows('select count(*)::int as n from refresh_tokens where spent_at is null');
    const before = await count();
    for (const extra of [{}, { 'apollo-require-preflight': '1' }, { origin: 'http://localhost:4000' }, { 'x-http-method-override': 'POST' }]) {
      const answer = await get(params, { cookie, ...extra });
      expect([answer.status, ...codesOf(answer)]).toEqual([405, 'METHOD_NOT_ALLOWED']);
      expect(answer.headers.get('allow')).toBe('POST');
      expect(answer.errors[0]?.message).toBe('Only queries may be sent by GET; send mutations by POST');
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect(await count()).toEqual(before);
  });

  it('should not be done by HEAD either', async () => {
    const target = `/graphql?query=${encodeURIComponent(LOGOUT)}`;
    const { cookie } = await givenCookie();
    const answer = await requestRaw(app, { method: 'HEAD', target, headers: { cookie } });
    expect([answer.status, answer.text]).toEqual([405, '']);
  });

  it('should not be done when a body comes along in place of the parameter', async () => {
    const body = JSON.stringify({ query: 'mutation { __typename }' });
    const headers = { 'content-type': 'application/json' };
    const answer = await requestRaw(app, { method: 'GET', target: '/graphql', headers, body });
    expect(answer.status).toBe(400);
    const both = `/graphql?query=${encodeURIComponent('{ health { status } }')}`;
    expect((await requestRaw(app, { method: 'GET', target: both, headers, body })).text).toContain('healthy');
  });

  it('should not be smuggled in by a parameter that is there twice', async () => {
    const query = encodeURIComponent('{ __typename }');
    const answer = await app.request(`/graphql?query=${query}&query=${encodeURIComponent(LOGOUT)}`, {
      headers: JSON_ANSWER,
    });
    expect(answer.status).toBe(400);
  });
});

it('should not write what a GET asks for into the log', async () => {
  const secret = 'a-password-in-the-wrong-place';
  await get({ query: `{ user(username: "${secret}") { id } }` });
  const variables = JSON.stringify({ u: secret });
  await get({ query: 'query ($u: String) { user(username: $u) { id } }', variables });
  expect(app.logLines.join('')).not.toContain(secret);
});

describe('a POST that a form could send', () => {
  // prettier-ignore
  it.each<[string, string | undefined, string]>([
    ['plain text', 'text/plain', 'Send the operation as JSON'],
    ['a form', 'application/x-www-form-urlencoded', 'Send the operation as JSON'],
    ['parts', 'multipart/form-data; boundary=x', 'File uploads (multipart/form-data) are off'],
    ['no media type', undefined, 'Send the operation as JSON'],
    ['JSON in a parameter', 'text/plain; a=application/json', 'Send the operation as JSON'],
  ])('should be refused with %s, also when its address holds a query', async (_what, type, words) => {
    const body = JSON.stringify({ query: '{ health { status } }' });
    for (const target of ['/graphql', '/graphql?query=%7Bhealth%7Bstatus%7D%7D']) {
      const headers = type === undefined ? {} : { 'content-type': type };
      const answer = await requestRaw(app, { method: 'POST', target, headers, body });
      expect(answer.status).toBe(415);
      const [error] = (JSON.parse(answer.text) as RawGraphQLAnswer).errors;
      expect([error?.extensions.code, error?.message]).toEqual(['UNSUPPORTED_MEDIA_TYPE', expect.stringContaining(words)]);
    }
  });

  it('should be refused without a body', async () => {
    const target = '/graphql?query=%7Bhealth%7Bstatus%7D%7D';
    const headers = { 'content-length': '0' };
    expect((await requestRaw(app, { method: 'POST', target, headers })).status).toBe(400);
  });
});
