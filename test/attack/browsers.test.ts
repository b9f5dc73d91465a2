import { givenUser, logIn, PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const OWN = 'http://localhost:4000';
const FRIEND = 'https://app.example.com';
const EVIL = 'https://evil.example';
const QUERY = JSON.stringify({ query: '{ health { status } }' });

describe('another site in the same browser', () => {
  const app = useApp({ CORS_ORIGINS: FRIEND });

  // prettier-ignore
  it.each<[string, RequestInit]>([
    ['a form', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query={health{status}}' }],
    ['a form that writes JSON as text', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: QUERY }],
    ['a form with parts', { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--' }],
    ['a body without a media type', { method: 'POST', body: new Blob([QUERY]) }],
    ['a media type that hides JSON in a parameter', { method: 'POST', headers: { 'content-type': 'text/plain; a=application/json' }, body: QUERY }],
  ])('should not get a query done by %s', async (_threat, init) => {
    const response = await fetch(`${app.url}/graphql`, init);
    expect([400, 415]).toContain(response.status);
    expect(await response.text()).not.toContain('healthy');
  });

  it("should get a query done by a link or an image, for it is nobody's, and not read the answer", async () => {
    const response = await fetch(`${app.url}/graphql?query=${encodeURIComponent('{health{status}}')}`, {
      headers: { origin: EVIL },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('should not get a mutation done by GET, preflight or not', async () => {
    const query = encodeURIComponent('mutation { logout }');
    const headers = { 'apollo-require-preflight': '1', accept: 'application/json' };
    const response = await fetch(`${app.url}/graphql?query=${query}`, { headers });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  it.each([EVIL, 'null', 'https://app.example.com.evil.example', 'http://app.example.com', `${FRIEND}:8443`])(
    'should not read answers as origin %s',
    async (origin) => {
      const preflight = await fetch(`${app.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
      const response = await fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: QUERY,
      });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('should read answers as a configured origin, with the headers of the limits', async () => {
    const preflight = await fetch(`${app.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: FRIEND, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(FRIEND);
    expect(preflight.headers.get('access-control-allow-credentials')).toBe('true');
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { origin: FRIEND, 'content-type': 'application/json' },
      body: QUERY,
    });
    expect(response.headers.get('access-control-allow-origin')).toBe(FRIEND);
    expect(response.headers.get('access-control-expose-headers')).toContain('RateLimit');
    expect(response.headers.get('vary')).toContain('Origin');
  });

  it.each(['/graphql', '/health', '/no-such-page'])(
    'should not frame, sniff or load anything from %s',
    async (path) => {
      const { headers } = await fetch(`${app.url}${path}`, { headers: { accept: 'application/json' } });
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
    },
  );

  it('should leave Apollo Sandbox what it needs, and no more', async () => {
    const { headers } = await fetch(`${app.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(headers.get('content-type')).toContain('text/html');
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain('embeddable-sandbox.cdn.apollographql.com');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|\*/);
  });
});

describe('another site where tokens travel in cookies', () => {
  const app = useApp({ REFRESH_TOKEN_DELIVERY: 'cookie', CORS_ORIGINS: FRIEND, PUBLIC_URL: OWN });

  async function cookieOf(): Promise<string> {
    const person = await givenUser(app);
    const answer = await app.graphql(
      'mutation ($i: LoginInput!) { login(input: $i) { tokens { refreshToken } } }',
      {
        i: { identifier: person.email, password: PASSWORD },
      },
    );
    expect(answer.data).toEqual({ login: { tokens: { refreshToken: null } } });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-refresh_token=.*HttpOnly; Secure; SameSite=Strict$/);
    expect(cookie).not.toMatch(/domain/i);
    return cookie.split(';')[0]!;
  }

  it.each([
    ['a strange origin', { origin: EVIL }],
    ['a browser that says no origin', { 'sec-fetch-site': 'same-origin' }],
    ['a sandboxed frame', { origin: 'null' }],
  ])('should not refresh with the cookie from %s', async (_threat, headers) => {
    const cookie = await cookieOf();
    const { errors } = await app.graphql(
      'mutation { refresh { user { id } } }',
      {},
      { headers: { cookie, ...headers } },
    );
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('should refresh with the cookie from its own pages', async () => {
    const cookie = await cookieOf();
    const headers = { cookie, origin: FRIEND };
    const { errors } = await app.graphql('mutation { refresh { user { id } } }', {}, { headers });
    expect(errors).toEqual([]);
  });
});

describe('any site where CORS allows all of them', () => {
  const app = useApp({ CORS_ORIGINS: '*' });

  it('should not get answers with credentials', async () => {
    const person = await givenUser(app);
    const { accessToken } = await logIn(app, person);
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { origin: EVIL, 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ query: '{ me { id } }' }),
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });
});
