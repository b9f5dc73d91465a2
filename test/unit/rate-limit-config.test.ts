import { loadConfig } from '../../src/config';

const aMinute = (points: number) => ({ points, windowSeconds: 60 });
const aQuarter = (points: number) => ({ points, windowSeconds: 900 });
const anHour = (points: number) => ({ points, windowSeconds: 3_600 });

it('should hold everybody to the documented figures when the environment says nothing', () => {
  expect(loadConfig({}, () => 'generated').rateLimit).toEqual({
    enabled: true,
    failClosed: false,
    figures: {
      GRAPHQL_REGISTER: aMinute(60),
      GRAPHQL_LOGIN: aMinute(60),
      GRAPHQL_REFRESH: aMinute(100),
      GRAPHQL_FORGOT: aMinute(5),
      GRAPHQL_RESET: anHour(10),
      GRAPHQL_VERIFY: aMinute(10),
      GRAPHQL_RESEND: anHour(5),
      GRAPHQL_OTHER: aMinute(1_000),
      RESEND_ADDRESS: anHour(20),
      MAIL: aQuarter(3),
      MAIL_NOTICES: aQuarter(20),
      AUTH_SERVE_REGISTER: aMinute(60),
      AUTH_SERVE_LOGIN: aMinute(60),
      SESSION: aMinute(100),
      CREDIT_AUTH: aMinute(100),
      CREDIT_OTHER: aMinute(1_000),
      BALANCE_HUB_REGISTER: aMinute(5),
      BALANCE_HUB_LOGIN: aMinute(10),
      BALANCE_HUB_RESEND: anHour(5),
      BALANCE_HUB_FORGET: aMinute(5),
      BALANCE_HUB_RESET: anHour(10),
    },
    login: { freeFailures: 10, strangerFreeFailures: 100, maxDelaySeconds: 900 },
    redisUrl: undefined,
  });
});

it('should refuse two ways to Redis', () => {
  const env = { REDIS_URL: 'redis://a', REDIS_HOST: 'b' };
  expect(() => loadConfig(env, () => 'generated')).toThrow(
    'REDIS_URL must not be set together with REDIS_HOST',
  );
});

it('should ignore variables that nobody knows', () => {
  const env = { REDIS_PASSWORD_FILE: 'x', RATE_LIMIT_GRAPHQL: '1/day', BACKEND_URL: 'x', port: 'x' };
  const { unknownVariables, ...config } = loadConfig(env, () => 'generated');
  expect({ ...config, unknownVariables: [] }).toEqual(loadConfig({}, () => 'generated'));
  expect(unknownVariables.length).toBeGreaterThan(0);
});
