import { rest } from '../support/rest';
import { PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();
const JSON_TYPE = { 'content-type': 'application/json' };

describe('what is no request of a family', () => {
  it.each([
    ['POST /api/auth/register', 'auth-serve'],
    ['POST /api/register', 'session'],
    ['POST /auth/register', 'credit'],
    ['POST /balance_hub/auth/register', 'balance-hub'],
  ])('should be refused in the envelope: %s', async (request, family) => {
    const malformed = await rest(app, request, { headers: JSON_TYPE, raw: '{"email":' });
    expect([malformed.status, malformed.body.code]).toEqual([400, 'BAD_REQUEST']);
    const hostile = await rest(app, request, { headers: JSON_TYPE, raw: '{"__proto__":{"isAdmin":true}}' });
    expect([hostile.status, hostile.body.code]).toEqual([400, 'BAD_REQUEST']);
    const large = await rest(app, request, { json: { email: 'x'.repeat(70_000) } });
    expect([large.status, large.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    for (const type of [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ]) {
      const foreign = await rest(app, request, { headers: { 'content-type': type }, raw: 'x' });
      expect([foreign.status, foreign.body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
    const none = await rest(app, request);
    expect([none.status, none.body.code]).toEqual([422, 'INVALID_INPUT']);
    const announced = await rest(app, request, { headers: JSON_TYPE, raw: '' });
    expect([announced.status, announced.body.code]).toEqual([422, 'INVALID_INPUT']);
    for (const { body } of [malformed, large, none]) expect('detail' in body).toBe(family !== 'auth-serve');
  });

  it.each([
    ['GET /api/auth/register', 'POST, OPTIONS'],
    ['PUT /api/profile', 'GET, HEAD, OPTIONS'],
    ['PATCH /auth/users/bob/password', 'PUT, OPTIONS'],
    ['POST /auth/users/bob', 'GET, HEAD, DELETE, OPTIONS'],
    ['DELETE /balance_hub/auth/me', 'GET, HEAD, OPTIONS'],
    ['POST /health', 'GET, HEAD, OPTIONS'],
    ['POST /openapi.json', 'GET, HEAD, OPTIONS'],
  ])('should be answered 405 with Allow: %s', async (request, allow) => {
    const { status, body, headers } = await rest(app, request);
    expect([status, body.code, headers.get('allow')]).toEqual([405, 'METHOD_NOT_ALLOWED', allow]);
    const options = await rest(app, `OPTIONS ${request.split(' ')[1]}`);
    expect([options.status, options.text, options.headers.get('allow')]).toEqual([204, '', allow]);
  });

  it.each([
    '/nothing',
    '/api/nothing',
    '/api/auth/nothing',
    '/auth/users/a/b',
    '/credits/',
    '/api/profile//',
    '/balance_hub',
  ])('should be answered 404: %s', async (path) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const { status, body } = await rest(app, `${method} ${path}`);
      expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
    }
  });
});

describe('HEAD', () => {
  it.each(['/', '/health', '/openapi.json', '/docs'])(
    'should answer %s as GET does, without a body',
    async (path) => {
      const [get, head] = await Promise.all(
        ['GET', 'HEAD'].map((method) =>
          fetch(`${app.url}${path}`, { method, headers: { 'accept-encoding': 'identity' } }),
        ),
      );
      expect([head!.status, head!.headers.get('content-type')]).toEqual([
        200,
        get!.headers.get('content-type'),
      ]);
      expect(await head!.text()).toBe('');
    },
  );
});

describe('X-Request-ID', () => {
  it("should be the caller's own when it is fit, and in the body of an error", async () => {
    const headers = { 'x-request-id': 'my-request.1_A' };
    const answer = await rest(app, 'GET /api/profile', { headers });
    expect([answer.headers.get('x-request-id'), answer.body.request_id]).toEqual([
      'my-request.1_A',
      'my-request.1_A',
    ]);
    const other = await rest(app, 'GET /api/profile', { headers: { 'x-request-id': 'not fit' } });
    expect(other.headers.get('x-request-id')).toMatch(/^req-/);
  });
});

describe('compression', () => {
  it.each(['br', 'gzip'])('should pack larger answers with %s and leave small ones', async (encoding) => {
    const headers = { 'accept-encoding': encoding };
    const large = await fetch(`${app.url}/openapi.json`, { headers });
    expect([large.headers.get('content-encoding'), large.headers.get('vary')]).toEqual([
      encoding,
      'accept-encoding',
    ]);
    expect(Object.keys((await large.json()) as object)).toContain('paths');
    const small = await fetch(`${app.url}/`, { headers });
    expect(small.headers.get('content-encoding')).toBeNull();
  });

  it('should unpack no requests, so that none is larger than it looks', async () => {
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    const { status } = await rest(app, 'POST /api/register', { headers, raw: '{}' });
    expect([400, 415, 422]).toContain(status);
  });
});

describe('the service itself', () => {
  it('should say at / what it is and where its faces are', async () => {
    const { body } = await rest(app, 'GET /');
    expect(body).toEqual({
      message: 'GraphQL Auth Gateway',
      version: expect.any(String) as string,
      docs: '/docs',
      graphql: '/graphql',
    });
  });

  it('should report its health', async () => {
    const { status, body } = await rest(app, 'GET /health');
    expect([status, body.status, body.checks.database.status]).toEqual([200, 'healthy', 'up']);
    expect((await rest(app, 'GET /health/live')).body).toEqual({ status: 'alive' });
    expect((await rest(app, 'GET /health/ready')).body).toEqual({ status: 'ready' });
  });

  it('should count requests by route and outcomes by code for Prometheus', async () => {
    const json = { email: 'counted@example.com', password: PASSWORD };
    await rest(app, 'POST /api/auth/register', { json });
    await rest(app, 'POST /api/auth/register', { json });
    await rest(app, 'POST /api/auth/login', { json: { ...json, password: 'wrong' } });
    await app.graphql('mutation ($i: LoginInput!) { login(input: $i) { user { id } } }', {
      i: { identifier: json.email, password: json.password },
    });
    await rest(app, 'POST /balance_hub/auth/verify-email', { json: { user_id: 1, code: '000000' } });
    await rest(app, 'POST /auth/reset-password', { json: { token: 'x', new_password: PASSWORD } });
    await rest(app, 'GET /auth/users/somebody');
    const { text, headers } = await rest(app, 'GET /metrics');
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const line of [
      'auth_operations_total{operation="register",outcome="success"} 1',
      'auth_operations_total{operation="register",outcome="user_already_exists"} 1',
      'auth_operations_total{operation="login",outcome="success"} 1',
      'auth_operations_total{operation="login",outcome="invalid_credentials"} 1',
      'auth_operations_total{operation="verify_email",outcome="invalid_verification_code"} 1',
      'auth_operations_total{operation="reset_password",outcome="invalid_reset_token"} 1',
      'http_requests_total{method="POST",route="/api/auth/register",status="201"} 1',
      'http_requests_total{method="GET",route="/auth/users/:username",status="401"} 1',
      'http_request_duration_seconds_count{method="POST",route="/api/auth/register",status="409"} 1',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toContain('process_resident_memory_bytes');
  });
});
