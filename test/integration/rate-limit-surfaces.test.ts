import { loadConfig } from '../../src/config';
import { AppError } from '../../src/errors';
import { BatchedCounters } from '../../src/infrastructure/rate-limit/batched-counters';
import { DatabaseCounters } from '../../src/infrastructure/rate-limit/database-counters';
import { graphqlSurface } from '../../src/foundation/surface';
import type { LimitedAction } from '../../src/infrastructure/rate-limit/policies';
import { RateLimiter, type Consumption } from '../../src/infrastructure/rate-limit/rate-limiter';
import { ResilientCounters } from '../../src/infrastructure/rate-limit/resilient-counters';
import { restFamilies } from '../../src/rest';
import { useApp } from '../support/test-app';

const app = useApp();
const surfaces = [graphqlSurface, ...restFamilies.map(({ surface }) => surface)];
let limiter: RateLimiter;
let addresses = 0;
let ipAddress = '';

beforeAll(() => {
  const { rateLimit } = loadConfig({}, () => 'generated');
  const counters = new ResilientCounters(
    new BatchedCounters(new DatabaseCounters(app.app.database)),
    app.logger,
  );
  limiter = new RateLimiter(rateLimit, surfaces, counters, app.clock);
});
beforeEach(() => {
  addresses += 1;
  ipAddress = `203.0.113.${addresses}`;
});

/** How many of so many tries pass. */
async function passing(
  times: number,
  action: LimitedAction,
  name: string,
  details: Consumption = {},
): Promise<number> {
  const surface = surfaces.find((one) => one.name === name);
  if (!surface) throw new Error(`no surface is called ${name}`);
  let passed = 0;
  for (let index = 0; index < times; index += 1) {
    try {
      await limiter.consume(action, surface, { ipAddress, limits: [] }, details);
      passed += 1;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'RATE_LIMITED') throw error;
    }
  }
  return passed;
}

describe('the figures of the surfaces', () => {
  it('should find 10 logins of balance-hub used up by 60 through auth-serve', async () => {
    expect(await passing(61, 'login', 'auth-serve')).toBe(60);
    expect(await passing(1, 'login', 'balance-hub')).toBe(0);
    expect(await passing(1, 'login', 'graphql')).toBe(0);
    // 100 for the session family, of which 60 and the one too many are counted.
    expect(await passing(50, 'login', 'session')).toBe(39);
  });

  it('should not use up the 60 of auth-serve by what balance-hub refuses', async () => {
    expect(await passing(200, 'login', 'balance-hub')).toBe(10);
    expect(await passing(60, 'login', 'auth-serve')).toBe(49);
  });

  it('should count actions apart', async () => {
    expect(await passing(10, 'login', 'balance-hub')).toBe(10);
    expect(await passing(6, 'register', 'balance-hub')).toBe(5);
    expect(await passing(6, 'forgot', 'balance-hub')).toBe(5);
  });

  it('should count resets by the minute of one family also into the hour of another', async () => {
    expect(await passing(10, 'reset', 'credit')).toBe(10);
    app.clock.advance({ minutes: 5 });
    expect(await passing(1, 'reset', 'balance-hub')).toBe(0);
    expect(await passing(1, 'reset', 'credit')).toBe(1);
    app.clock.advance({ minutes: 55 });
    expect(await passing(1, 'reset', 'balance-hub')).toBe(1);
  });

  it('should count for an account from wherever, in any spelling', async () => {
    const tries = 10;
    expect(await passing(tries, 'verify_code', 'graphql', { account: 'A@example.com' })).toBe(tries);
    ipAddress = '203.0.113.250';
    expect(await passing(1, 'verify_code', 'balance-hub', { account: ' a@EXAMPLE.com ' })).toBe(0);
    expect(await passing(1, 'verify_code', 'balance-hub', { account: 'b@example.com' })).toBe(1);
  });

  it('should let no address use up what another one may ask for the same account', async () => {
    expect(await passing(6, 'resend', 'graphql', { account: 'A@example.com' })).toBe(5);
    expect(await passing(1, 'resend', 'balance-hub', { account: ' a@EXAMPLE.com ' })).toBe(0);
    ipAddress = '203.0.113.250';
    expect(await passing(1, 'resend', 'graphql', { account: 'a@example.com' })).toBe(1);
  });

  it('should not let a missing account use up the tries of everybody', async () => {
    expect(await passing(6, 'resend', 'graphql', { account: '' })).toBe(5);
    ipAddress = '203.0.113.251';
    expect(await passing(1, 'resend', 'graphql', { account: '' })).toBe(1);
  });

  it('should count each endpoint of the session family for itself, and /auth/ of credit as one', async () => {
    expect(await passing(101, 'other', 'session', { endpoint: 'profile' })).toBe(100);
    expect(await passing(1, 'other', 'session', { endpoint: 'logout' })).toBe(1);
    const auth = { endpoint: 'auth', figure: 'CREDIT_AUTH' } as const;
    expect(await passing(101, 'other', 'credit', auth)).toBe(100);
    expect(await passing(101, 'other', 'credit')).toBe(101);
  });
});
