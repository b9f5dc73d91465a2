import 'reflect-metadata';
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { User } from '../../src/features/identity';
import { decode, encode, type Json } from '../support/jwt';
import { givenUser, logIn, PASSWORD, tokenError, type Person } from '../support/people';
import { useApp } from '../support/test-app';

// Asked of the database each time, so that a change made there counts at once.
const app = useApp({ SESSION_CHECK_MAX_AGE_MS: '1' });
const SECRET = 'only-for-tests-0123456789-abcdefghijklmnop';

function forge(header: unknown, payload: unknown, key = SECRET, hash = 'sha256'): string {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
}

const without = (payload: Json, claim: string): Json =>
  Object.fromEntries(Object.entries(payload).filter(([name]) => name !== claim));

let person: Person;
let real: { header: Json; payload: Json };
beforeAll(async () => {
  person = await givenUser(app);
  real = decode(person.accessToken);
});

const now = (): number => Math.floor(app.clock.now().getTime() / 1000);
const HS256 = { alg: 'HS256', typ: 'JWT' };
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

// prettier-ignore
const forgeries: [string, () => string][] = [
  ['alg none', () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode(real.payload)}.`],
  ['alg None', () => `${encode({ alg: 'None', typ: 'JWT' })}.${encode(real.payload)}.`],
  ['alg none with the old signature', () => `${encode({ alg: 'none' })}.${person.accessToken.split('.').slice(1).join('.')}`],
  ['no alg at all', () => forge({ typ: 'JWT' }, real.payload)],
  ['another HMAC with the right key', () => forge({ alg: 'HS512' }, real.payload, SECRET, 'sha512')],
  ['a weaker name for the same HMAC', () => forge({ alg: 'hs256' }, real.payload)],
  ['RS256 confusion', () => forge({ alg: 'RS256' }, real.payload, publicPem)],
  ['ES256 without a key', () => forge({ alg: 'ES256' }, real.payload, '')],
  ['an empty key', () => forge(HS256, real.payload, '')],
  ['a guessed key', () => forge(HS256, real.payload, 'secret')],
  ['a key of its own in jwk', () => forge({ ...HS256, jwk: { kty: 'oct', k: encode('mine') } }, real.payload, 'mine')],
  ['a key of its own at jku', () => forge({ ...HS256, jku: 'http://127.0.0.1:1/keys' }, real.payload, 'mine')],
  ['a key of its own at x5u', () => forge({ ...HS256, x5u: 'http://127.0.0.1:1/cert' }, real.payload, 'mine')],
  ['a certificate of its own in x5c', () => forge({ ...HS256, x5c: ['MIIB'] }, real.payload, 'mine')],
  ['kid as a path', () => forge({ ...HS256, kid: '../../../../dev/null' }, real.payload, '')],
  ['kid as SQL', () => forge({ ...HS256, kid: "x' union select 'mine" }, real.payload, 'mine')],
  ['another user in the old signature', () => [encode(HS256), encode({ ...real.payload, sub: '2000000', id: 2_000_000 }), person.accessToken.split('.')[2]].join('.')],
  ['an administrator in the old signature', () => [encode(HS256), encode({ ...real.payload, role: 'admin', is_admin: true }), person.accessToken.split('.')[2]].join('.')],
  ['no signature', () => person.accessToken.split('.').slice(0, 2).join('.')],
  ['an empty signature', () => `${person.accessToken.split('.').slice(0, 2).join('.')}.`],
  ['half a signature', () => person.accessToken.slice(0, -20)],
  ['a fourth part', () => `${person.accessToken}.x`],
  ['standard base64', () => `${person.accessToken.slice(0, -2)}+/`],
  ['another issuer', () => forge(HS256, { ...real.payload, iss: 'https://evil.example' })],
  ['no issuer', () => forge(HS256, without(real.payload, 'iss'))],
  ['another audience', () => forge(HS256, { ...real.payload, aud: 'another-service' })],
  ['no audience', () => forge(HS256, without(real.payload, 'aud'))],
  ['no end', () => forge(HS256, without(real.payload, 'exp'))],
  ['an end that is text', () => forge(HS256, { ...real.payload, exp: '9999999999' })],
  ['a beginning in the future', () => forge(HS256, { ...real.payload, nbf: now() + 600 })],
  ['no session', () => forge(HS256, without(real.payload, 'sid'))],
  ['a session that never was', () => forge(HS256, { ...real.payload, sid: randomUUID() })],
  ['a session that is SQL', () => forge(HS256, { ...real.payload, sid: "' or '1'='1" })],
  ['a session that is an object', () => forge(HS256, { ...real.payload, sid: { $ne: null } })],
  ['a session of somebody else', () => forge(HS256, { ...real.payload, id: 2_000_000, sub: '2000000' })],
  ['sub and id that differ', () => forge(HS256, { ...real.payload, sub: '2000000' })],
  ['no token id', () => forge(HS256, without(real.payload, 'jti'))],
  ['a payload that is no object', () => forge(HS256, '"text"')],
  ['a payload that is null', () => forge(HS256, 'null')],
  ['a payload that is no JSON', () => forge(HS256, '{')],
  ['a refresh token', () => person.refreshToken],
  ['its session id', () => String(real.payload['sid'])],
  ['10 kB', () => 'a'.repeat(10_000)],
  ['10 kB of dots', () => '.'.repeat(10_000)],
];

describe('a forged access token', () => {
  it('should be forged well: the same claims under the real key are taken', async () => {
    expect(await tokenError(app, forge(HS256, real.payload))).toBeNull();
  });

  it.each(forgeries)('should be refused: %s', async (_threat, token) => {
    expect(await tokenError(app, token())).toBe('INVALID_TOKEN');
  });

  it('should be refused as expired when its time is over', async () => {
    const expired = forge(HS256, { ...real.payload, exp: now() - 1 });
    expect(await tokenError(app, expired)).toBe('TOKEN_EXPIRED');
  });

  it('should be refused before it is read when it has 100 kB', async () => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${'a'.repeat(100_000)}` },
      body: '{"query":"{ me { id } }"}',
    });
    expect(response.status).toBe(431);
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b', 'bearer', 'Token x', 'Bearer\u00a0x'])(
    'should be refused under the scheme "%s"',
    async (authorization) => {
      const { errors } = await app.graphql('{ me { id } }', {}, { headers: { authorization } });
      expect(['INVALID_TOKEN', 'UNAUTHENTICATED']).toContain(errors[0]?.extensions.code);
    },
  );

  it('should not be found in the log, nor in any address', async () => {
    await tokenError(app, person.accessToken);
    await app.graphql('mutation ($t: String) { refresh(refreshToken: $t) { user { id } } }', { t: 'never' });
    const log = app.logLines.join('');
    expect(log).not.toContain(person.accessToken);
    expect(log).not.toContain(person.accessToken.split('.')[2]);
    expect(log).not.toContain(person.refreshToken);
    expect(log).not.toContain(PASSWORD);
  });
});

describe('a refresh token', () => {
  const refresh = async (refreshToken: string): Promise<string | undefined> => {
    const { errors } = await app.graphql(
      'mutation ($t: String) { refresh(refreshToken: $t) { user { id } } }',
      { t: refreshToken },
    );
    return errors[0]?.extensions.code;
  };

  it.each([
    ['an access token', () => person.accessToken],
    ['an empty text', () => ''],
    ['its own hash', () => createHmac('sha256', '').update(person.refreshToken).digest('base64url')],
    ['the token with a letter changed', () => `${person.refreshToken.slice(0, -1)}!`],
    ['the token with a space', () => `${person.refreshToken} `],
    ['60 kB', () => 'a'.repeat(60_000)],
    ['a NUL', () => `${person.refreshToken}\0`],
  ])('should not be %s', async (_threat, token) => {
    expect(await refresh(token())).toBe('INVALID_TOKEN');
  });
});

describe('the real token of somebody', () => {
  const change = (id: string, values: Partial<Pick<User, 'isActive' | 'role'>>) =>
    app.app.database.unitOfWork((em) => em.nativeUpdate(User, { id: Number(id) }, values));

  it('should be refused once the account is deleted', async () => {
    const leaver = await givenUser(app);
    const other = await logIn(app, leaver);
    await app.graphql(
      `mutation { deleteAccount(password: "${PASSWORD}") }`,
      {},
      { token: leaver.accessToken },
    );
    expect(await tokenError(app, leaver.accessToken)).toBe('INVALID_TOKEN');
    expect(await tokenError(app, other.accessToken)).toBe('INVALID_TOKEN');
  });

  it('should be refused once the account is disabled', async () => {
    const culprit = await givenUser(app);
    await change(culprit.id, { isActive: false });
    expect(await tokenError(app, culprit.accessToken)).toBe('INVALID_TOKEN');
  });

  it('should give an administrator no more rights once demoted, whatever the token says', async () => {
    const admin = await givenUser(app);
    await change(admin.id, { role: 'admin' });
    const { accessToken } = await logIn(app, admin);
    expect(decode(accessToken).payload['is_admin']).toBe(true);
    const look = () =>
      app.graphql('query ($id: ID) { user(id: $id) { id } }', { id: person.id }, { token: accessToken });
    expect((await look()).errors).toEqual([]);
    await change(admin.id, { role: 'user' });
    expect((await look()).errors[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
