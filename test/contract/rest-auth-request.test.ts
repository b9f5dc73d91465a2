import { disable, givenUser, type Person } from '../support/people';
import { requestRaw } from '../support/http';
import { useApp } from '../support/test-app';

const app = useApp();

/**
 * `auth_request` of nginx lets a request through for 2xx, refuses it for 401 and 403, and makes 500 of everything else. It
 * asks by GET over HTTP/1.0 with the headers of the request it asks for, those of its body among them, and without the body.
 */
async function ask(
  token: string | undefined,
  { target = '/auth/me', headers = {} }: { target?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; challenge: string | undefined }> {
  const answer = await requestRaw(app, {
    method: 'GET',
    target,
    version: '1.0',
    headers: {
      'x-original-uri': '/private',
      ...(token !== undefined && { authorization: token }),
      ...headers,
    },
  });
  return { status: answer.status, challenge: answer.headers.get('www-authenticate') };
}

const bearer = ({ accessToken }: Pick<Person, 'accessToken'>): string => `Bearer ${accessToken}`;
const REFUSED = { status: 401, challenge: 'Bearer error="invalid_token"' };

it('should let through who is signed in, and ask the others to sign in', async () => {
  expect(await ask(bearer(await givenUser(app)))).toEqual({ status: 200, challenge: undefined });
  expect(await ask(undefined)).toEqual({ status: 401, challenge: 'Bearer' });
});

it.each([
  '',
  ' ',
  'Bearer',
  'Bearer ',
  'Bearer a b',
  'Basic YTpi',
  'nonsense',
  'Bearer a.b.c',
  `Bearer ${'x'.repeat(9_000)}`,
])('should answer 401 and nothing else to the header %j', async (token) => {
  expect((await ask(token)).status).toBe(401);
});

it('should answer 401 to a token that is no longer good, for whatever reason', async () => {
  const [out, disabled, deleted, late] = [
    await givenUser(app),
    await givenUser(app),
    await givenUser(app),
    await givenUser(app),
  ];
  await app.graphql('mutation { logout }', {}, { token: out.accessToken });
  await disable(app, disabled);
  await app.graphql(
    'mutation ($p: String!) { deleteAccount(password: $p) }',
    { p: deleted.password },
    { token: deleted.accessToken },
  );
  for (const person of [out, disabled, deleted]) expect(await ask(bearer(person))).toEqual(REFUSED);
  app.clock.advance({ hours: 2 });
  expect(await ask(bearer(late))).toEqual(REFUSED);
});

it("should answer 403 for another's account, known or not", async () => {
  const [person, other] = [await givenUser(app), await givenUser(app)];
  for (const id of [other.id, '999999']) {
    expect((await ask(bearer(person), { target: `/auth/me?user_id=${id}` })).status).toBe(403);
  }
  expect((await ask(undefined, { target: `/auth/me?user_id=${other.id}` })).status).toBe(401);
});

it.each<Record<string, string>>([
  { 'content-length': '5' },
  { 'content-type': 'text/xml', 'content-length': '70000' },
  { 'content-type': 'multipart/form-data; boundary=x', 'content-encoding': 'gzip' },
  { accept: 'image/png', 'accept-encoding': 'identity;q=0' },
  { cookie: 'access_token=nonsense; __Host-refresh_token=nonsense; =; ;' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { 'x-forwarded-for': 'nonsense', 'x-forwarded-proto': 'gopher', 'x-request-id': 'a b' },
  { range: 'bytes=0-1', 'if-none-match': '*', expect: '100-continue' },
  { upgrade: 'websocket', connection: 'upgrade' },
])('should not be confused by the headers of the request it is asked about: %j', async (headers) => {
  const person = await givenUser(app);
  expect((await ask(bearer(person), { headers })).status).toBe(200);
  expect((await ask(undefined, { headers })).status).toBe(401);
  expect((await ask('Bearer nonsense', { headers })).status).toBe(401);
});
