import { givenUser, logIn, PASSWORD, type Person, type Tokens } from '../support/people';
import { atOnce, codesOf, count, LIMITED, repeat, tryLogin, type LoginAnswer } from '../support/attacks';
import { useApp } from '../support/test-app';

const app = useApp({
  ...LIMITED,
  RATE_LIMIT_GRAPHQL_LOGIN: '1000/minute',
  LOGIN_FREE_FAILURES: '5',
  LOGIN_FREE_FAILURES_STRANGERS: '20',
});

beforeEach(() => app.clock.advance({ hours: 2 }));

const HOME = '192.0.2.77';
const OFFICE = '192.0.2.78';
const stranger = (index: number) => `198.51.100.${index}`;
const BROWSER = { 'sec-fetch-site': 'same-origin' };

function waitOf({ errors }: LoginAnswer): number {
  return errors[0]?.extensions.retry_after ?? 0;
}

/** Guesses from ever new addresses until strangers to the account have to wait. */
async function attack(identifier: string): Promise<void> {
  const answers = await repeat(25, (index) => tryLogin(app, { identifier, from: stranger(index) }));
  // The owner's own visit may have taken one of the 20.
  expect(count(codesOf(answers), 'RATE_LIMITED')).toBeGreaterThanOrEqual(5);
}

/** Signs in as a browser does, and returns the cookies it keeps. */
async function signInWithBrowser(person: Person, from: string): Promise<string> {
  const answer = await tryLogin(app, {
    identifier: person.email,
    password: PASSWORD,
    from,
    headers: BROWSER,
  });
  return answer.headers.getSetCookie().join('; ');
}

describe('password guessing', () => {
  it.each([
    ['an account', async () => (await givenUser(app)).email],
    ['an account that does not exist', async () => 'nobody@example.com'],
  ])('should slow down ever more at %s', async (_kind, given) => {
    const identifier = await given();
    const guess = () => tryLogin(app, { identifier });
    expect(codesOf(await repeat(5, guess))).toEqual(Array<string>(5).fill('INVALID_CREDENTIALS'));
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const refused = await guess();
      waits.push(waitOf(refused));
      expect(refused.headers.get('retry-after')).toBe(String(waitOf(refused)));
      app.clock.advance({ seconds: waitOf(refused) });
      expect(codesOf([await guess()])).toEqual(['INVALID_CREDENTIALS']);
    }
    expect(waits).toEqual([1, 2, 4, 8]);
  });

  it('should wait no longer than the limit, and forget after an hour', async () => {
    const guess = () => tryLogin(app, { identifier: 'nobody2@example.com' });
    await repeat(5, guess);
    for (let round = 0; round < 12; round += 1) {
      app.clock.advance({ seconds: waitOf(await guess()) });
      await guess();
    }
    expect(waitOf(await guess())).toBe(900);
    app.clock.advance({ hours: 1 });
    expect(codesOf(await repeat(5, guess))).toEqual(Array<string>(5).fill('INVALID_CREDENTIALS'));
  });

  it('should not get more tries by asking for all at once', async () => {
    const { email } = await givenUser(app);
    const codes = codesOf(await atOnce(40, () => tryLogin(app, { identifier: email })));
    expect(count(codes, 'INVALID_CREDENTIALS')).toBe(5);
    expect(count(codes, 'RATE_LIMITED')).toBe(35);
  });

  it('should not be confused with somebody who signs in many times at once', async () => {
    const { email } = await givenUser(app);
    const codes = codesOf(await atOnce(12, () => tryLogin(app, { identifier: email, password: PASSWORD })));
    expect(codes).toEqual(Array<string>(12).fill('OK'));
  });

  it('should not get more tries by mixing in what cannot succeed', async () => {
    const { email } = await givenUser(app);
    const answers = await atOnce(30, (index) =>
      tryLogin(app, { identifier: email, password: index % 2 ? 'Wrong-Horse-8' : '' }),
    );
    expect(count(codesOf(answers), 'INVALID_CREDENTIALS')).toBe(5);
  });

  it('should not get more tries by spelling the account differently', async () => {
    const { email } = await givenUser(app);
    const spellings = [email, email.toUpperCase(), ` ${email}`, `${email} `, email.replace('p', 'P')];
    const answers = await repeat(10, (index) =>
      tryLogin(app, { identifier: spellings[index % spellings.length]! }),
    );
    expect(count(codesOf(answers), 'INVALID_CREDENTIALS')).toBe(5);
  });

  it('should not get more tries by full-width letters in a username', async () => {
    await givenUser(app, { username: 'target' });
    const answers = await repeat(10, (index) =>
      tryLogin(app, { identifier: index % 2 ? 'target' : 'ｔａｒｇｅｔ' }),
    );
    expect(count(codesOf(answers), 'INVALID_CREDENTIALS')).toBe(5);
  });

  it('should not let a waiting attacker in even with the right password', async () => {
    const { email } = await givenUser(app);
    await repeat(5, () => tryLogin(app, { identifier: email }));
    expect(codesOf([await tryLogin(app, { identifier: email, password: PASSWORD })])).toEqual([
      'RATE_LIMITED',
    ]);
  });

  it('should begin anew after the owner has signed in', async () => {
    const { email } = await givenUser(app);
    await repeat(4, () => tryLogin(app, { identifier: email }));
    expect(codesOf([await tryLogin(app, { identifier: email, password: PASSWORD })])).toEqual(['OK']);
    expect(codesOf(await repeat(5, () => tryLogin(app, { identifier: email })))).not.toContain(
      'RATE_LIMITED',
    );
  });

  it('should not guess the current password with a stolen access token', async () => {
    const { accessToken } = await givenUser(app);
    const codes = await repeat(8, async () =>
      codesOf([
        await app.graphql('mutation { deleteAccount(password: "x") }', {}, { token: accessToken }),
      ]).join(),
    );
    expect(count(codes, 'INVALID_CREDENTIALS')).toBe(5);
    expect(count(codes, 'RATE_LIMITED')).toBe(3);
  });

  it('should not give a stolen session new tries by refreshing it', async () => {
    const stolen = await givenUser(app);
    const { data } = await app.graphql<{ refresh: { tokens: Tokens } }>(
      'mutation ($t: String) { refresh(refreshToken: $t) { tokens { accessToken refreshToken } } }',
      { t: stolen.refreshToken },
    );
    const tokens = [stolen.accessToken, data!.refresh.tokens.accessToken];
    const codes = await repeat(10, (index) => confirmWrongly(tokens[index % 2]!));
    expect(count(codes, 'INVALID_CREDENTIALS')).toBe(5);
  });
});

/** Asks for the current password, and gets it wrong. */
async function confirmWrongly(token: string): Promise<string> {
  const input = '{ currentPassword: "Wrong-Horse-8", newPassword: "Another-Horse-9" }';
  return codesOf([await app.graphql(`mutation { changePassword(input: ${input}) }`, {}, { token })]).join();
}

describe('locking somebody out', () => {
  it('should not delay an owner by what the thief of another session gets wrong', async () => {
    const stolen = await givenUser(app);
    const own = await logIn(app, stolen);
    const codes = await repeat(8, () => confirmWrongly(stolen.accessToken));
    expect(count(codes, 'RATE_LIMITED')).toBe(3);
    const input = `{ currentPassword: "${PASSWORD}", newPassword: "Another-Horse-9" }`;
    const change = `mutation { changePassword(input: ${input}) }`;
    const { errors } = await app.graphql(change, {}, { token: own.accessToken });
    expect(errors).toEqual([]);
    // And with that the thief is out.
    expect(await confirmWrongly(stolen.accessToken)).toBe('INVALID_TOKEN');
  });

  it('should slow down many strangers to one account together', async () => {
    await attack('nobody3@example.com');
  });

  it('should not touch an owner at an address that signed in lately', async () => {
    const { email } = await givenUser(app);
    await tryLogin(app, { identifier: email, password: PASSWORD, from: HOME });
    await attack(email);
    const owner = await tryLogin(app, { identifier: email, password: PASSWORD, from: HOME });
    expect(codesOf([owner])).toEqual(['OK']);
  });

  it('should not touch an owner on a device that signed in before, wherever it is now', async () => {
    const person = await givenUser(app);
    const cookie = await signInWithBrowser(person, HOME);
    expect(cookie).toMatch(/^__Host-device=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    await attack(person.email);
    const login = { identifier: person.email, password: PASSWORD, from: OFFICE };
    expect(codesOf([await tryLogin(app, login)])).toEqual(['RATE_LIMITED']);
    const headers = { ...BROWSER, cookie: cookie.split(';')[0]! };
    expect(codesOf([await tryLogin(app, { ...login, headers })])).toEqual(['OK']);
  });

  it('should not touch an owner behind the same address as the attacker on a known device', async () => {
    const person = await givenUser(app);
    const cookie = await signInWithBrowser(person, HOME);
    await repeat(6, () => tryLogin(app, { identifier: person.email, from: HOME }));
    const login = { identifier: person.email, password: PASSWORD, from: HOME };
    expect(codesOf([await tryLogin(app, login)])).toEqual(['RATE_LIMITED']);
    const headers = { cookie: cookie.split(';')[0]! };
    expect(codesOf([await tryLogin(app, { ...login, headers })])).toEqual(['OK']);
  });

  it('should not believe the device cookie of another account', async () => {
    const victim = await givenUser(app);
    const attacker = await givenUser(app);
    const cookie = await signInWithBrowser(attacker, HOME);
    await attack(victim.email);
    const headers = { cookie: cookie.split(';')[0]! };
    const answer = await tryLogin(app, { identifier: victim.email, from: OFFICE, headers });
    expect(codesOf([answer])).toEqual(['RATE_LIMITED']);
  });

  it.each(['', 'x', `${'A'.repeat(16)}.${'A'.repeat(43)}`, '%00', 'a'.repeat(5000)])(
    'should not believe the forged device cookie "%.40s"',
    async (note) => {
      const { email } = await givenUser(app);
      await attack(email);
      const headers = { cookie: `__Host-device=${note}` };
      const answer = await tryLogin(app, { identifier: email, from: OFFICE, headers });
      expect(codesOf([answer])).toEqual(['RATE_LIMITED']);
    },
  );

  it('should give a stolen device cookie no more tries than an address', async () => {
    const person = await givenUser(app);
    const cookie = await signInWithBrowser(person, HOME);
    const headers = { cookie: cookie.split(';')[0]! };
    const answers = await repeat(8, (index) =>
      tryLogin(app, { identifier: person.email, from: stranger(index), headers }),
    );
    expect(count(codesOf(answers), 'INVALID_CREDENTIALS')).toBe(5);
  });

  it('should let strangers in again after 30 seconds at most', async () => {
    const { email } = await givenUser(app);
    for (let round = 0; round < 12; round += 1) {
      await repeat(20, (index) => tryLogin(app, { identifier: email, from: stranger(index + 20 * round) }));
      app.clock.advance({ seconds: 30 });
    }
    expect(codesOf([await tryLogin(app, { identifier: email, password: PASSWORD, from: OFFICE })])).toEqual([
      'OK',
    ]);
  });
});
