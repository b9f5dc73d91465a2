import { atOnce, codesOf, count, tryLogin } from '../support/attacks';
import { holdHashes, until, type HeldHashes } from '../support/held-hashes';
import { givenUser, logIn, PASSWORD, type Person, type Tokens } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

const SHARE = 10;
/** One at work and thirty that wait. */
const app = useApp({
  TRUST_PROXY: 'loopback',
  HASH_CONCURRENCY: '1',
  HASH_QUEUE_LIMIT: '30',
  HASH_QUEUE_SHARE: String(SHARE),
});
afterEach(() => jest.restoreAllMocks());

type Answer = GraphQLAnswer<unknown>;
const address = (index: number): string => `198.51.100.${index}`;

const changePassword = ({ accessToken }: Tokens, from: string): Promise<Answer> =>
  app.graphql(
    `mutation { changePassword(input: { currentPassword: "Wrong-Horse-8", newPassword: "Another-Horse-9" }) }`,
    {},
    { token: accessToken, headers: { 'x-forwarded-for': from } },
  );

async function queued(): Promise<number> {
  const { json } = await app.request('/health');
  return (json as { checks: { password_hashing: { queued: number } } }).checks.password_hashing.queued;
}

/** So many at once, of which all but those that find a place have been answered. */
async function floodOf(
  times: number,
  places: number,
  work: (index: number) => Promise<Answer>,
): Promise<Flood> {
  let refused = 0;
  const answers = atOnce(times, async (index) => {
    const answer = await work(index);
    if (codesOf([answer])[0] === 'SERVICE_UNAVAILABLE') refused += 1;
    return answer;
  });
  await until(() => refused === times - places);
  await until(async () => (await queued()) === places - 1);
  return { end: async () => codesOf(await answers) };
}

interface Flood {
  /** The codes of all answers. */
  end(): Promise<string[]>;
}

/** How many hashes began before the one that compares with this person's, of those that began after the first. */
async function hashesBefore(hashes: HeldHashes, { id }: Person): Promise<number> {
  const [row] = await app.rows<{ hashed_password: string }>(
    'select hashed_password from users where id = ?',
    [id],
  );
  const place = hashes.begun.findIndex(
    (task) => task.kind === 'verify' && task.hash === row?.hashed_password,
  );
  expect(place).toBeGreaterThan(0);
  return place - 1;
}

describe('a queue of hashes', () => {
  it.each<[string, (index: number) => string]>([
    ['one address', () => address(1)],
    ['many addresses', (index) => address(index)],
  ])('should not be filled by one account from %s', async (_from, from) => {
    const [hog, other] = [await givenUser(app), await givenUser(app)];
    const second = await logIn(app, hog);
    const hashes = holdHashes();
    const flood = await floodOf(160, SHARE, (index) => changePassword(index % 2 ? hog : second, from(index)));
    // From the flood's own address: another account must not pay for it there either.
    const login = tryLogin(app, { identifier: other.email, password: PASSWORD, from: from(0) });
    await until(async () => (await queued()) === SHARE);
    hashes.release();
    expect(codesOf([await login])).toEqual(['OK']);
    expect(await hashesBefore(hashes, other)).toBeLessThanOrEqual(1);
    const codes = await flood.end();
    expect(count(codes, 'INVALID_CREDENTIALS')).toBe(SHARE);
    expect(count(codes, 'SERVICE_UNAVAILABLE')).toBe(150);
  });

  it.each<[string, (index: number) => string]>([
    ['unknown accounts', (index) => `nobody${index}@example.com`],
    ['one account', () => 'nobody@example.com'],
  ])('should not be filled by one address that tries %s', async (_what, identifier) => {
    const other = await givenUser(app);
    const hashes = holdHashes();
    const flood = await floodOf(100, SHARE, (index) =>
      tryLogin(app, { identifier: identifier(index), from: address(7) }),
    );
    const login = tryLogin(app, { identifier: other.email, password: PASSWORD, from: address(8) });
    await until(async () => (await queued()) === SHARE);
    hashes.release();
    expect(codesOf([await login])).toEqual(['OK']);
    expect(await hashesBefore(hashes, other)).toBeLessThanOrEqual(1);
    expect(count(await flood.end(), 'INVALID_CREDENTIALS')).toBe(SHARE);
  });

  it('should not be filled for an owner by strangers who try the account', async () => {
    const owner = await givenUser(app);
    const hashes = holdHashes();
    const flood = await floodOf(20, 20, (index) =>
      tryLogin(app, { identifier: owner.email, from: address(20 + index) }),
    );
    const login = tryLogin(app, { identifier: owner.email, password: PASSWORD, from: address(9) });
    await until(async () => (await queued()) === 20);
    hashes.release();
    expect(codesOf([await login])).toEqual(['OK']);
    await flood.end();
  });

  it('should not tell by a share used up whether there is an account', async () => {
    const known = await givenUser(app);
    const story = async (identifier: string, from: string): Promise<unknown[]> => {
      const hashes = holdHashes();
      const flood = await floodOf(12, SHARE, () => tryLogin(app, { identifier, from }));
      hashes.release();
      const codes = await flood.end();
      jest.restoreAllMocks();
      return [count(codes, 'INVALID_CREDENTIALS'), count(codes, 'SERVICE_UNAVAILABLE')];
    };
    expect(await story(known.email, address(50))).toEqual(await story('nobody@example.com', address(51)));
  });

  it('should not be filled by registrations from one address', async () => {
    const hashes = holdHashes();
    const flood = await floodOf(40, SHARE, (index) =>
      app.graphql(
        'mutation ($i: RegisterInput!) { register(input: $i) { nextStep } }',
        { i: { email: `flood${index}@example.com`, password: PASSWORD } },
        { headers: { 'x-forwarded-for': address(60) } },
      ),
    );
    const login = tryLogin(app, { identifier: 'nobody@example.com', from: address(61) });
    await until(async () => (await queued()) === SHARE);
    hashes.release();
    expect(codesOf([await login])).toEqual(['INVALID_CREDENTIALS']);
    expect(count(await flood.end(), 'OK')).toBe(SHARE);
  });
});
