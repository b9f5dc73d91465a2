import { givenUser } from '../support/people';
import { atOnce, codesOf, count, LIMITED, repeat, tryLogin } from '../support/attacks';
import { useApp } from '../support/test-app';

/** Each try names another account, so that only the address's own limit is in the way. */
const nobody = (index: number) => `nobody${index}@example.com`;

describe('rate limit evasion', () => {
  const app = useApp({
    ...LIMITED,
    RATE_LIMIT_GRAPHQL_LOGIN: '10/minute',
    RATE_LIMIT_GRAPHQL_OTHER: '50/minute',
  });

  // Every window is over: each attack begins with a clean slate.
  beforeEach(() => app.clock.advance({ hours: 2 }));

  it('should let exactly the limit through when 200 requests race', async () => {
    const codes = codesOf(await atOnce(200, (index) => tryLogin(app, { identifier: nobody(index) })));
    expect(count(codes, 'INVALID_CREDENTIALS')).toBe(10);
    expect(count(codes, 'RATE_LIMITED')).toBe(190);
  });

  it('should tell when to come back, in the error and in the headers of the IETF draft', async () => {
    const allowed = await tryLogin(app, { identifier: nobody(0) });
    expect(allowed.headers.get('ratelimit-policy')).toBe('"login";q=10;w=60, "other";q=50;w=60');
    expect(allowed.headers.get('ratelimit')).toBe('"login";r=9;t=60, "other";r=49;t=60');
    expect(allowed.headers.get('retry-after')).toBeNull();
    app.clock.advance({ seconds: 20 });
    const answers = await repeat(10, (index) => tryLogin(app, { identifier: nobody(index) }));
    const refused = answers[9]!;
    expect(refused.errors[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      error: 'RateLimitExceededException',
      http_status: 429,
      retry_after: 40,
    });
    expect(refused.headers.get('ratelimit')).toBe('"login";r=0;t=40, "other";r=39;t=40');
    expect(refused.headers.get('retry-after')).toBe('40');
  });

  it('should open again when the window is over, and not before', async () => {
    await repeat(10, (index) => tryLogin(app, { identifier: nobody(index) }));
    app.clock.advance({ seconds: 59 });
    expect(codesOf([await tryLogin(app, { identifier: nobody(0) })])).toEqual(['RATE_LIMITED']);
    app.clock.advance({ seconds: 1 });
    expect(codesOf([await tryLogin(app, { identifier: nobody(0) })])).toEqual(['INVALID_CREDENTIALS']);
  });

  it('should not give the owner of a password more tries than others', async () => {
    const person = await givenUser(app);
    const answers = await repeat(12, () =>
      tryLogin(app, { identifier: person.email, password: person.password }),
    );
    expect(count(codesOf(answers), 'OK')).toBe(10);
  });

  // prettier-ignore
  it.each<[string, (index: number) => string]>([
    ['another IPv6 address of the same /64', (index) => `2001:db8:0:1::${(index + 1).toString(16)}`],
    ['other spellings of one IPv6 address', (index) => ['2001:db8:0:2::1', '2001:DB8:0:2:0:0:0:1', '2001:db8::2:0:0:0:1'][index % 3]!],
    ['IPv4 addresses written as IPv6', (index) => (index % 2 ? '198.51.100.7' : '::ffff:198.51.100.7')],
    ['forged entries before what the proxy adds', (index) => `203.0.113.${index}, 198.51.100.8`],
    ['rubbish before what the proxy adds', (index) => `${'x'.repeat(index)}, 198.51.100.9`],
  ])('should count %s as one', async (_threat, from) => {
    const answers = await repeat(12, (index) => tryLogin(app, { identifier: nobody(index), from: from(index) }));
    expect(count(codesOf(answers), 'RATE_LIMITED')).toBe(2);
  });

  it('should count strangers apart', async () => {
    const answers = await repeat(12, (index) =>
      tryLogin(app, { identifier: nobody(index), from: `198.51.100.${index}` }),
    );
    expect(count(codesOf(answers), 'RATE_LIMITED')).toBe(0);
  });

  it('should count each alias of a query', async () => {
    const aliases = Array.from({ length: 15 }, (_, index) => `a${index}: health { status }`).join(' ');
    const headers = { 'x-forwarded-for': '198.51.100.20' };
    const answers = await repeat(4, () => app.graphql(`{ ${aliases} }`, {}, { headers }));
    const refused = answers.flatMap(({ errors }) => errors).map(({ extensions }) => extensions.code);
    // One error for all: the first null that may not be empties the whole answer.
    expect(refused).toEqual(['RATE_LIMITED']);
  });
});

describe('rate limit evasion without a proxy', () => {
  const app = useApp({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_GRAPHQL_LOGIN: '10/minute' });

  it.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip'])(
    'should not believe a rotating %s',
    async (header) => {
      app.clock.advance({ hours: 2 });
      const answers = await repeat(12, (index) =>
        tryLogin(app, { identifier: nobody(index), headers: { [header]: `203.0.113.${index}` } }),
      );
      expect(count(codesOf(answers), 'RATE_LIMITED')).toBe(2);
    },
  );
});
