import { givenUser, PASSWORD } from '../support/people';
import { requestRaw } from '../support/http';
import { refusal, rest } from '../support/rest';
import { useApp } from '../support/test-app';

const app = useApp();
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

async function untyped(target: string, body: string, token?: string): Promise<[number, unknown]> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await requestRaw(app, { method: 'POST', target, body, headers });
  return [answer.status, JSON.parse(answer.text)];
}

describe('JSON that does not say what it is', () => {
  it('should be read by every family', async () => {
    const { email } = await givenUser(app, { username: 'old-client' });
    const bodies: [string, object][] = [
      ['/api/auth/login', { email, password: PASSWORD }],
      ['/api/login', { login: 'old-client', password: PASSWORD }],
      ['/auth/login', { username: 'old-client', password: PASSWORD }],
      ['/balance_hub/auth/login', { email, password: PASSWORD }],
    ];
    for (const [target, body] of bodies) {
      expect([target, (await untyped(target, JSON.stringify(body)))[0]]).toEqual([target, 200]);
    }
  });

  it('should be money to the last digit where it is', async () => {
    const { accessToken } = await givenUser(app);
    const [status, body] = await untyped('/credits/add', '{"amount": 1.00000000000000000001}', accessToken);
    expect([status, body]).toMatchObject([422, { code: 'INVALID_INPUT' }]);
    expect((await untyped('/credits/add', '{"amount": 1.10}', accessToken))[0]).toBe(200);
  });

  it.each(['username=a&password=b', '{', '{"__proto__": {}}', 'a'])(
    'should still be refused where it is none: %s',
    async (body) => {
      expect(await untyped('/auth/login', body)).toMatchObject([415, { code: 'UNSUPPORTED_MEDIA_TYPE' }]);
    },
  );
});

describe('forms', () => {
  it('should sign in to balance-hub, and renew the token of the family credit', async () => {
    const { email } = await givenUser(app, { username: 'form-client' });
    const login = await rest(app, 'POST /balance_hub/auth/login', {
      raw: new URLSearchParams({ email, password: PASSWORD }).toString(),
      headers: FORM,
    });
    expect([login.status, login.headers.getSetCookie().length]).toEqual([200, 1]);
    const signedIn = await rest(app, 'POST /auth/login', {
      raw: new URLSearchParams({
        grant_type: 'password',
        username: 'form-client',
        password: PASSWORD,
      }).toString(),
      headers: FORM,
    });
    const { access_token: token } = signedIn.body as { access_token: string };
    const raw = new URLSearchParams({ token }).toString();
    const renewed = await rest(app, 'POST /auth/refresh', { raw, headers: FORM });
    expect([renewed.status, Object.keys(renewed.body as object)]).toEqual([
      200,
      ['access_token', 'token_type'],
    ]);
  });
});

it('should follow a slash too many as the clients of FastAPI do, with method and body', async () => {
  const { email } = await givenUser(app, { username: 'slash-client' });
  const answer = await fetch(`${app.url}/auth/login/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: email, password: PASSWORD }),
  });
  expect([answer.status, answer.redirected]).toEqual([200, true]);
});

it('should answer /healthcheck as /health', async () => {
  const shape = async (path: string): Promise<unknown> => {
    const { status, body } = await rest(app, `GET ${path}`);
    return [status, Object.keys(body as object)];
  };
  expect(await shape('/healthcheck')).toEqual(await shape('/health'));
});

it.each(['', ' ', '\u00a0'])('should know nobody by the name %j in the family credit', async (username) => {
  const json = { username, password: PASSWORD };
  expect(refusal(await rest(app, 'POST /auth/login', { json }))).toEqual([401, 'INVALID_CREDENTIALS']);
  const raw = new URLSearchParams(json).toString();
  expect(refusal(await rest(app, 'POST /auth/login', { raw, headers: FORM }))).toEqual([
    401,
    'INVALID_CREDENTIALS',
  ]);
});
