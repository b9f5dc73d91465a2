import { creditFamily, PLAIN } from '../support/credit-family';
import { atOnce } from '../support/attacks';
import { codesOf, givenUser, logIn, PASSWORD, tokenError, type Tokens } from '../support/people';
import { refusal, rest, type RestAnswer } from '../support/rest';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const IDLE_DAYS = 2;
const MAX_DAYS = 3;
const app = useApp({
  SESSION_IDLE_DAYS: String(IDLE_DAYS),
  SESSION_MAX_DAYS: String(MAX_DAYS),
  MAX_SESSIONS_PER_USER: '3',
  // Asked of the database each time, so that a change made there counts at once.
  SESSION_CHECK_MAX_AGE_MS: '1',
});
const credit = creditFamily(app);

const DAY_SECONDS = 24 * 3600;
const renew = (token: string): Promise<RestAnswer> => rest(app, 'POST /auth/refresh', { json: { token } });
const newTokenOf = ({ body }: RestAnswer): string => (body as { access_token: string }).access_token;

type Refreshed = GraphQLAnswer<{ refresh: { tokens: Tokens & { refreshExpiresIn: number } } }>;
const rotate = (refreshToken: string): Promise<Refreshed> =>
  app.graphql(
    'mutation ($t: String) { refresh(refreshToken: $t) { tokens { accessToken refreshToken refreshExpiresIn } } }',
    { t: refreshToken },
  );

const claimsOf = (token: string): { sid: string; exp: number; iat: number } =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as ReturnType<typeof claimsOf>;

interface Row {
  readonly opened_by: string | null;
  readonly last_used_at: string;
  readonly expires_at: string;
}
async function sessionRow(
  token: string,
): Promise<{ openedBy: string | null; usedAt: Date; expiresAt: Date }> {
  const [row] = await app.rows<Row>('select * from sessions where id = ?', [claimsOf(token).sid]);
  return {
    openedBy: row!.opened_by,
    usedAt: new Date(row!.last_used_at),
    expiresAt: new Date(row!.expires_at),
  };
}

let people = 0;
const newName = (): string => `endless${(people += 1)}`;

describe('a stolen access token', () => {
  const email = 'everywhere@example.com';
  const json = (body: object) => ({ json: body });
  const restToken = async (request: string, body: object): Promise<string> => {
    const answer = await rest(app, request, json(body));
    const { data, access_token: token } = answer.body as {
      data?: { access_token: string };
      access_token?: string;
    };
    const cookie = /access_token=([^;]+)/.exec(answer.headers.getSetCookie().join())?.[1];
    return data?.access_token ?? token ?? cookie!;
  };

  it.each<[string, () => Promise<string>]>([
    ['register of GraphQL', async () => (await givenUser(app)).accessToken],
    ['login of GraphQL', async () => (await logIn(app, await givenUser(app))).accessToken],
    [
      'refresh of GraphQL',
      async () => (await rotate((await givenUser(app)).refreshToken)).data!.refresh.tokens.accessToken,
    ],
    ['auth-serve', () => restToken('POST /api/auth/login', { email, password: PASSWORD })],
    ['session', () => restToken('POST /api/login', { login: email, password: PASSWORD })],
    ['balance-hub', () => restToken('POST /balance_hub/auth/login', { email, password: PASSWORD })],
  ])('should not renew itself where %s opened the session', async (_opener, given) => {
    await givenUser(app, { email }).catch(() => undefined);
    const token = await given();
    expect(refusal(await renew(token))).toEqual([401, 'INVALID_TOKEN']);
    // Nothing else happened to it.
    expect(await tokenError(app, token)).toBeNull();
  });

  it('should renew itself where the family credit opened the session, as its clients do', async () => {
    const username = newName();
    const { token } = await credit.givenAccount(username);
    expect((await renew(token)).status).toBe(200);
    const signedIn = await credit.login({ username, password: PLAIN });
    expect((await renew(newTokenOf(signedIn))).status).toBe(200);
  });

  it('should not renew itself where it is not known who opened the session, and work until it ends', async () => {
    const { token } = await credit.givenAccount(newName());
    await app.rows('update sessions set opened_by = null where id = ? returning id', [claimsOf(token).sid]);
    expect(refusal(await renew(token))).toEqual([401, 'INVALID_TOKEN']);
    expect((await rest(app, 'GET /auth/me', { token })).status).toBe(200);
  });

  it('should not live on by renewal beyond the life of its session', async () => {
    let { token } = await credit.givenAccount(newName());
    const opened = claimsOf(token).iat;
    let ended: RestAnswer | undefined;
    for (let hours = 0; hours < (MAX_DAYS + 1) * 24 && !ended; hours += 0.75) {
      app.clock.advance({ minutes: 45 });
      const answer = await renew(token);
      if (answer.status === 200) token = newTokenOf(answer);
      else ended = answer;
      expect(claimsOf(token).exp).toBeLessThanOrEqual(opened + MAX_DAYS * DAY_SECONDS);
    }
    expect(refusal(ended!)).toEqual([401, 'TOKEN_EXPIRED']);
    expect(claimsOf(token).exp).toBe(opened + MAX_DAYS * DAY_SECONDS);
  });

  it('should keep its session awake by renewal, and write that down once an hour at most', async () => {
    const { token } = await credit.givenAccount(newName());
    const { usedAt, expiresAt } = await sessionRow(token);
    app.clock.advance({ minutes: 59 });
    const second = newTokenOf(await renew(token));
    expect(await sessionRow(token)).toMatchObject({ usedAt, expiresAt });
    app.clock.advance({ minutes: 1 });
    const third = newTokenOf(await renew(second));
    const now = app.clock.now();
    expect(await sessionRow(token)).toMatchObject({
      usedAt: now,
      expiresAt: new Date(now.getTime() + IDLE_DAYS * DAY_SECONDS * 1000),
    });
    expect(await tokenError(app, third)).toBeNull();
  });
});

describe('a stolen refresh token', () => {
  it('should be refused once its session has lived its life, however busy it was', async () => {
    const person = await givenUser(app);
    const opened = claimsOf(person.accessToken).iat;
    let tokens: Tokens = person;
    for (let day = 1; day < MAX_DAYS; day += 1) {
      app.clock.advance({ days: 1 });
      const { data, errors } = await rotate(tokens.refreshToken);
      expect(errors).toEqual([]);
      const { refreshExpiresIn, ...next } = data!.refresh.tokens;
      expect(refreshExpiresIn).toBe(Math.min(IDLE_DAYS, MAX_DAYS - day) * DAY_SECONDS);
      tokens = next;
    }
    app.clock.advance({ hours: 23, minutes: 30 });
    const last = (await rotate(tokens.refreshToken)).data!.refresh.tokens;
    expect(last.refreshExpiresIn).toBe(30 * 60);
    // The access token ends with its session, too.
    expect(claimsOf(last.accessToken).exp).toBe(opened + MAX_DAYS * DAY_SECONDS);
    app.clock.advance({ minutes: 30 });
    expect(codesOf(await rotate(last.refreshToken))).toEqual(['TOKEN_EXPIRED']);
    expect(await tokenError(app, last.accessToken)).toBe('TOKEN_EXPIRED');
  });

  it('should be refused once its session was idle for too long', async () => {
    const { refreshToken } = await givenUser(app);
    app.clock.advance({ days: IDLE_DAYS });
    expect(codesOf(await rotate(refreshToken))).toEqual(['TOKEN_EXPIRED']);
  });

  it('should be refused at an age that is too old by now, whatever was promised when it was younger', async () => {
    const { accessToken, refreshToken } = await givenUser(app);
    const past = new Date(app.clock.now().getTime() - MAX_DAYS * DAY_SECONDS * 1000);
    await app.rows('update sessions set created_at = ? where id = ? returning id', [
      past,
      claimsOf(accessToken).sid,
    ]);
    expect(codesOf(await rotate(refreshToken))).toEqual(['TOKEN_EXPIRED']);
  });
});

describe('ever more sessions', () => {
  it('should end the oldest one, and no other', async () => {
    const person = await givenUser(app);
    const sessions: Tokens[] = [person];
    for (let index = 0; index < 3; index += 1) {
      app.clock.advance({ minutes: 1 });
      sessions.push(await logIn(app, person));
    }
    const errors = await Promise.all(sessions.map(({ accessToken }) => tokenError(app, accessToken)));
    expect(errors).toEqual(['INVALID_TOKEN', null, null, null]);
    expect(codesOf(await rotate(person.refreshToken))).toEqual(['INVALID_TOKEN']);
  });

  it('should not count those that have ended', async () => {
    const person = await givenUser(app);
    for (let index = 0; index < 5; index += 1) {
      app.clock.advance({ minutes: 1 });
      const { accessToken: token } = await logIn(app, person);
      await app.graphql('mutation { logout }', {}, { token });
    }
    expect(await tokenError(app, person.accessToken)).toBeNull();
  });

  it('should not be had by opening them all at once', async () => {
    const person = await givenUser(app);
    // Of sessions of one moment chance decides which are the oldest, and that of the registration is not among the tokens.
    app.clock.advance({ minutes: 1 });
    const tokens = await atOnce(8, () => logIn(app, person));
    const errors = await Promise.all(tokens.map(({ accessToken }) => tokenError(app, accessToken)));
    expect(errors.filter((error) => error === null)).toHaveLength(3);
  });
});
