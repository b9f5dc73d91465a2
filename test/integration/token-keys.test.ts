import 'reflect-metadata';
import { decode } from '../support/jwt';
import { codeFor } from '../support/mailbox';
import { givenUser, logIn, PASSWORD, tokenError, type Person } from '../support/people';
import { TestApp, useApp } from '../support/test-app';

const kidOf = (token: string): unknown => decode(token).header['kid'];

async function publishedBy(app: TestApp): Promise<unknown[]> {
  const { json } = await app.request('/.well-known/jwks.json');
  return (json as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}

async function states(app: TestApp): Promise<string[]> {
  return (await app.app.keyAdministration.list()).map(({ state }) => state);
}

describe.each(['RS256', 'PS256'])('key pairs of the gateway for %s', (JWT_ALGORITHM) => {
  const app = useApp({ JWT_ALGORITHM });

  it('should sign what the published key verifies', async () => {
    const { accessToken } = await givenUser(app);
    expect(decode(accessToken).header['alg']).toBe(JWT_ALGORITHM);
    expect(await publishedBy(app)).toEqual([kidOf(accessToken)]);
    expect(await tokenError(app, accessToken)).toBeNull();
  });
});

describe('key pairs of the gateway', () => {
  const app = useApp({
    ...{ JWT_ALGORITHM: 'ES256', SESSION_CHECK_MAX_AGE_MS: '1' },
    ...{ SESSION_IDLE_DAYS: '365', SESSION_MAX_DAYS: '365' },
  });

  it('should be published before they sign, and taken until the last token ends', async () => {
    const person = await givenUser(app);
    const first = kidOf(person.accessToken);
    expect(decode(person.accessToken).header['alg']).toBe('ES256');
    expect(await publishedBy(app)).toEqual([first]);

    app.clock.advance({ days: 29, minutes: 1 });
    await app.app.keyKeeper?.work();
    expect(await states(app)).toEqual(['signing', 'next']);
    const [, second] = await publishedBy(app);
    const before = await logIn(app, person);
    expect(kidOf(before.accessToken)).toBe(first);

    app.clock.advance({ hours: 23, minutes: 58 });
    const last = await logIn(app, person);
    app.clock.advance({ minutes: 2 });
    const after = await logIn(app, person);
    expect([kidOf(last.accessToken), kidOf(after.accessToken)]).toEqual([first, second]);
    expect(await states(app)).toEqual(['verifying', 'signing']);
    app.clock.advance({ minutes: 57 });
    expect(await tokenError(app, last.accessToken)).toBeNull();

    app.clock.advance({ minutes: 5 });
    expect(await states(app)).toEqual(['ended', 'signing']);
    expect(await publishedBy(app)).toEqual([second]);
    await app.app.keyKeeper?.work();
    const sealed = await app.rows<{ sealed: boolean }>(
      'select sealed_private_key is not null as sealed from signing_keys order by active_at',
    );
    expect(sealed).toEqual([{ sealed: false }, { sealed: true }]);
    app.clock.advance({ days: 2 });
    await app.app.keyKeeper?.work();
    expect(await states(app)).toEqual(['signing']);
  });

  it('should be made once, however many nodes find that one is due', async () => {
    app.clock.advance({ days: 29 });
    await Promise.all([app.app.keyKeeper?.work(), app.app.keyKeeper?.work(), app.app.keyKeeper?.work()]);
    expect(await states(app)).toEqual(['signing', 'next']);
  });

  it('should have the next one sign when an operator says so', async () => {
    const { kid } = await app.app.keyAdministration.rotate(60);
    await app.app.keyKeeper?.work();
    expect(kidOf((await givenUser(app)).accessToken)).not.toBe(kid);
    app.clock.advance({ minutes: 1 });
    expect(kidOf((await givenUser(app)).accessToken)).toBe(kid);
  });

  it('should go on after the next one was retired before its turn', async () => {
    const administration = app.app.keyAdministration;
    const { kid } = await administration.rotate(600);
    await administration.retire(kid);
    app.clock.advance({ days: 30 });
    await app.app.keyKeeper?.work();
    expect(await states(app)).toEqual(['signing', 'next']);
    expect(kidOf((await givenUser(app)).accessToken)).not.toBe(kid);
  });

  it('should stay ended when the one that came after them is retired', async () => {
    const administration = app.app.keyAdministration;
    app.clock.advance({ days: 2 });
    const before = await administration.list();
    const signing = before.find(({ state }) => state === 'signing')!;
    const ended = before.filter(({ state }) => state === 'ended').map(({ kid }) => kid);
    expect(ended).not.toEqual([]);
    await administration.retire(signing.kid);
    const after = new Map((await administration.list()).map(({ kid, state }) => [kid, state]));
    expect(ended.map((kid) => after.get(kid))).toEqual(ended.map(() => 'ended'));
    expect(after.get(signing.kid)).toBe('retired');
    expect(kidOf((await givenUser(app)).accessToken)).not.toBe(signing.kid);
  });
});

describe('a signing key that another process retires and does not replace', () => {
  const app = useApp({ JWT_ALGORITHM: 'ES256', SESSION_CHECK_MAX_AGE_MS: '1' });
  const retireSigning = async (): Promise<void> => {
    const { kid } = (await app.app.keyAdministration.list()).find(({ state }) => state === 'signing')!;
    await app.rows(
      'update signing_keys set retired_at = ?, sealed_private_key = null where kid = ? returning kid',
      [app.clock.now(), kid],
    );
    app.clock.advance({ seconds: 1 });
    await app.app.keyKeeper?.work();
  };

  it('should be followed by another, and not by one that is over', async () => {
    const first = kidOf((await givenUser(app)).accessToken);
    app.clock.advance({ seconds: 1 });
    await app.app.keyAdministration.rotate(0);
    app.clock.advance({ minutes: 2 });
    await app.app.keyKeeper?.work();
    await retireSigning();
    expect(await states(app)).toEqual(['verifying', 'retired', 'signing']);
    const person = await givenUser(app);
    expect(kidOf(person.accessToken)).not.toBe(first);
    expect(await tokenError(app, person.accessToken)).toBeNull();
  });

  it('should be followed by the next one, although its turn has not come', async () => {
    const { kid } = await app.app.keyAdministration.rotate(72_000);
    await retireSigning();
    const person = await givenUser(app);
    expect(kidOf(person.accessToken)).toBe(kid);
    expect(await tokenError(app, person.accessToken)).toBeNull();
  });
});

describe('a change of secret or algorithm', () => {
  const OLD = 'only-for-tests-0123456789-abcdefghijklmnop';
  const NEW = 'another-secret-for-tests-0123456789-abcdefg';
  const VERIFYING = { REQUIRE_EMAIL_VERIFICATION: 'true', SESSION_CHECK_MAX_AGE_MS: '1' };

  interface Kept {
    readonly person: Person;
    readonly waiting: { readonly id: string; readonly code: string };
  }

  /** Somebody signed in, and somebody with a code in the mail. */
  async function given(app: TestApp): Promise<Kept> {
    const email = 'waiting@example.com';
    const { data } = await app.graphql<{ register: { user: { id: string } } }>(
      'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }',
      { input: { email, password: PASSWORD } },
    );
    const waiting = { id: data!.register.user.id, code: await codeFor(app, email) };
    await app.graphql('mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }', {
      input: { email: 'in@example.com', password: PASSWORD },
    });
    await app.rows(
      "update users set is_active = true, is_email_verified = true where email = 'in@example.com' returning id",
    );
    const tokens = await logIn(app, { email: 'in@example.com', password: PASSWORD });
    return { person: { id: '', email: 'in@example.com', password: PASSWORD, ...tokens }, waiting };
  }

  async function survivors(app: TestApp, { person, waiting }: Kept): Promise<Record<string, boolean>> {
    const accessToken = (await tokenError(app, person.accessToken)) === null;
    const refreshed = await app.graphql<{ refresh: { tokens: { refreshToken: string } } }>(
      'mutation ($t: String!) { refresh(refreshToken: $t) { tokens { refreshToken } } }',
      { t: person.refreshToken },
    );
    const verified = await app.graphql(
      'mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { isActive } }',
      { input: { userId: waiting.id, code: waiting.code } },
    );
    return { accessToken, refreshToken: refreshed.errors.length === 0, code: verified.errors.length === 0 };
  }

  const ALL = { accessToken: true, refreshToken: true, code: true };

  // prettier-ignore
  it.each([
    ['another secret, the old one named', {}, { JWT_SECRET_KEY: NEW, JWT_PREVIOUS_SECRET_KEY: OLD }, ALL],
    ['another secret, with a root of its own', { SECRETS_KEY: OLD }, { SECRETS_KEY: OLD, JWT_SECRET_KEY: NEW }, { ...ALL, accessToken: false }],
    ['HS512 for HS256', {}, { JWT_ALGORITHM: 'HS512', JWT_PREVIOUS_SECRET_KEY: OLD }, ALL],
    ['ES256 for HS256', {}, { JWT_ALGORITHM: 'ES256' }, ALL],
    ['HS256 for ES256', { JWT_ALGORITHM: 'ES256' }, {}, ALL],
    ['RS256 for ES256', { JWT_ALGORITHM: 'ES256' }, { JWT_ALGORITHM: 'RS256' }, ALL],
    ['another root, the old one named', { JWT_ALGORITHM: 'ES256' }, { JWT_ALGORITHM: 'ES256', SECRETS_KEY: NEW, JWT_PREVIOUS_SECRET_KEY: OLD }, ALL],
  ] as [string, Record<string, string>, Record<string, string>, object][])('should lose nothing: %s', async (_change, before, after, expected) => {
    const app = new TestApp();
    await app.start({ ...VERIFYING, ...before });
    const kept = await given(app);
    await app.stop();
    const changed = new TestApp();
    await changed.start({ ...VERIFYING, ...after }, { keepRows: true });
    try {
      expect(await survivors(changed, kept)).toEqual(expected);
    } finally {
      await changed.stop();
    }
  });
});

describe('a start with another SECRETS_KEY', () => {
  it('should stop, and say what to do, rather than sign with nothing', async () => {
    const app = new TestApp();
    await app.start({ JWT_ALGORITHM: 'ES256' });
    await app.stop();
    const changed = new TestApp();
    const variables = { JWT_ALGORITHM: 'ES256', SECRETS_KEY: 'another-secret-0123456789-abcdefghijk' };
    try {
      // The signing secret is a root as well: it would still open the key.
      const starting = changed.start(
        { ...variables, JWT_SECRET_KEY: 'yet-another-secret-0123456789-abcdef' },
        { keepRows: true },
      );
      await expect(starting).rejects.toThrow(/SECRETS_KEY is not the secret .* npm run keys/);
    } finally {
      await changed.stop();
    }
  });
});
