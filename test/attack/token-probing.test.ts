import 'reflect-metadata';
import { createHmac } from 'node:crypto';
import { encode } from '../support/jwt';
import { basic, CLIENT, introspected, OAUTH_CLIENTS, OTHER_CLIENT, postForm } from '../support/oauth';
import { disable, givenUser, logIn, tokenError, type Person } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp({ OAUTH_CLIENTS, SESSION_CHECK_MAX_AGE_MS: '1' });
let person: Person;
beforeAll(async () => {
  person = await givenUser(app, { username: 'prober' });
});

const DEAD = { active: false };

// prettier-ignore
const strangers: [string, string | undefined][] = [
  ['nobody', undefined],
  ['a wrong secret', basic({ ...CLIENT, secret: `${CLIENT.secret}x` })],
  ["another client's secret", basic({ ...CLIENT, secret: OTHER_CLIENT.secret })],
  ['an unknown client', basic({ ...CLIENT, id: 'nobody' })],
  ['an empty secret', basic({ ...CLIENT, secret: '' })],
  ['an empty id', basic({ id: '', secret: '' })],
  ['a client of Object.prototype', basic({ id: '__proto__', secret: '' })],
  ['no colon', `Basic ${Buffer.from('orders').toString('base64')}`],
  ['no base64', 'Basic orders:secret'],
  ['the secret as bearer token', `Bearer ${CLIENT.secret}`],
  ['a NUL behind the secret', basic({ ...CLIENT, secret: `${CLIENT.secret}\0` })],
];

describe.each(['/oauth/introspect', '/oauth/revoke'])('%s', (path) => {
  it.each(strangers)('should tell nothing to %s', async (_who, authorization) => {
    const headers = authorization === undefined ? undefined : { authorization };
    const answer = await app.request(path, {
      method: 'POST',
      ...(headers && { headers }),
      body: new URLSearchParams({ token: person.accessToken }),
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(answer.json).toMatchObject({ error: 'invalid_client', status: 'error' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await tokenError(app, person.accessToken)).toBeNull();
  });

  it('should take no credentials in the body, where they end up in logs', async () => {
    const form = { token: person.accessToken, client_id: CLIENT.id, client_secret: CLIENT.secret };
    const body = new URLSearchParams(form);
    expect((await app.request(path, { method: 'POST', body })).status).toBe(401);
  });

  it.each([{}, { token: '' }])('should answer 400 to a request without a token: %j', async (form) => {
    const { status, json } = await postForm(app, path, form);
    expect([status, json]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })]);
  });

  it('should answer 400 to two tokens at once', async () => {
    const { status } = await app.request(path, {
      method: 'POST',
      headers: { authorization: basic(), 'content-type': 'application/x-www-form-urlencoded' },
      body: `token=${person.accessToken}&token=x`,
    });
    expect(status).toBe(400);
  });
});

describe('a wrong client', () => {
  const askedMs = async (authorization: string): Promise<number> => {
    const startedAt = performance.now();
    await postForm(app, '/oauth/introspect', { token: 'x' }, authorization);
    return performance.now() - startedAt;
  };

  it('should not hear by the time of the answer whether the id or the secret was wrong', async () => {
    const unknown = basic({ ...CLIENT, id: 'nobody' });
    const wrong = basic({ ...CLIENT, secret: `${CLIENT.secret.slice(0, -1)}x` });
    const quickestMs = { unknown: Infinity, wrong: Infinity };
    // In turn, and the quickest of each: whatever else the machine does only adds.
    for (let round = 0; round < 100; round += 1) {
      quickestMs.unknown = Math.min(quickestMs.unknown, await askedMs(unknown));
      quickestMs.wrong = Math.min(quickestMs.wrong, await askedMs(wrong));
    }
    expect(Math.abs(quickestMs.unknown - quickestMs.wrong)).toBeLessThan(1);
  });
});

describe('introspection', () => {
  it('should say of a live access token whose it is', async () => {
    const known = await introspected(app, person.accessToken);
    expect(known).toMatchObject({ active: true, sub: person.id, username: 'prober', token_type: 'Bearer' });
  });

  // prettier-ignore
  it.each([
    ['a refresh token', () => person.refreshToken],
    ['a token of another gateway', () => `${encode({ alg: 'HS256' })}.${encode({ sub: '1', iss: 'https://other.example' })}.AAAA`],
    ['a token that somebody signed', () => {
      const text = `${encode({ alg: 'HS256' })}.${encode({ sub: person.id })}`;
      return `${text}.${createHmac('sha256', 'guess').update(text).digest('base64url')}`;
    }],
    ['an id of a session', () => person.id],
    ['SQL', () => "' or true --"],
    ['a NUL', () => '\0'],
    ['60 kB', () => 'a.'.repeat(15_000)],
  ])('should say nothing of %s but that it is not active', async (_what, token) => {
    expect(await introspected(app, token())).toEqual(DEAD);
  });

  it('should say at once that the token of an ended session is dead, and of a disabled account', async () => {
    const ended = await logIn(app, person);
    await app.graphql('mutation { logout }', {}, { token: ended.accessToken });
    expect(await introspected(app, ended.accessToken)).toEqual(DEAD);
    const culprit = await givenUser(app);
    await disable(app, culprit);
    expect(await introspected(app, culprit.accessToken)).toEqual(DEAD);
  });
});

describe('revocation', () => {
  const revoke = (token: string) => postForm(app, '/oauth/revoke', { token });

  it('should end the session of an access token, and nobody else’s', async () => {
    const [victim, other] = [await logIn(app, person), await logIn(app, person)];
    expect((await revoke(victim.accessToken)).status).toBe(200);
    expect(await tokenError(app, victim.accessToken)).toBe('INVALID_TOKEN');
    expect(await tokenError(app, other.accessToken)).toBeNull();
  });

  it('should end the session of a refresh token', async () => {
    const victim = await logIn(app, person);
    expect((await revoke(victim.refreshToken)).status).toBe(200);
    expect(await tokenError(app, victim.accessToken)).toBe('INVALID_TOKEN');
  });

  it.each(['x', 'a.b.c', "'; delete from sessions; --", '\0'])(
    'should change nothing, and tell nothing, for a token that is none: %j',
    async (token) => {
      const { status, text } = await revoke(token);
      expect([status, text]).toEqual([200, '']);
    },
  );

  it('should not end a session by its id, which other clients see in the feed', async () => {
    const { sid } = await introspected(app, person.accessToken);
    expect((await revoke(String(sid))).status).toBe(200);
    expect(await tokenError(app, person.accessToken)).toBeNull();
  });
});
