import { codesOf, count, LIMITED, repeat, tryLogin } from '../support/attacks';
import { useApp } from '../support/test-app';

/** Nothing listens there. */
const OUTAGE = { ...LIMITED, REDIS_URL: 'redis://127.0.0.1:1/0', RATE_LIMIT_GRAPHQL_LOGIN: '5/minute' };
const nobody = (index: number) => `nobody${index}@example.com`;

describe('an attacker who takes the counters down', () => {
  const app = useApp(OUTAGE);

  it('should still be limited, by each process for itself', async () => {
    const answers = await repeat(8, (index) => tryLogin(app, { identifier: nobody(index) }));
    expect(codesOf(answers)).toEqual([
      ...Array<string>(5).fill('INVALID_CREDENTIALS'),
      ...Array<string>(3).fill('RATE_LIMITED'),
    ]);
    expect(count(app.events(), 'rate_limit_store_down')).toBe(1);
  });
});

describe('an attacker who takes the counters down where that fails closed', () => {
  const app = useApp({ ...OUTAGE, RATE_LIMIT_FAIL_CLOSED: 'true' });

  it('should not get to try a password', async () => {
    const answer = await tryLogin(app, { identifier: nobody(0) });
    expect(answer.errors[0]?.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retry_after: 5 });
    expect(answer.headers.get('retry-after')).toBe('5');
  });

  it('should not keep others from the rest', async () => {
    const { data } = await app.graphql('{ health { status } }');
    expect(data).toEqual({ health: { status: 'healthy' } });
  });
});
