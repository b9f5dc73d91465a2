import { boolean, host, integer } from './kinds';
import { rate } from './rate';
import { redisUrl } from './redis-url';
import type { Variable } from './variable';

/** One variable for one figure of the rate limits. */
function figure<const Default extends string>(defaultRate: Default, what: string) {
  return { kind: rate, default: defaultRate, description: `${what}.` };
}

/** The figures by the name under which the policies know them. */
export const rateVariables = {
  RATE_LIMIT_GRAPHQL_REGISTER: figure('60/minute', 'GraphQL: registrations of one address'),
  RATE_LIMIT_GRAPHQL_LOGIN: figure('60/minute', 'GraphQL: logins of one address'),
  RATE_LIMIT_GRAPHQL_REFRESH: figure('100/minute', 'GraphQL, auth-serve: refreshes of one address'),
  RATE_LIMIT_GRAPHQL_FORGOT: figure('5/minute', 'GraphQL: password reset mails asked for by one address'),
  RATE_LIMIT_GRAPHQL_RESET: figure('10/hour', 'GraphQL: password resets of one address'),
  RATE_LIMIT_GRAPHQL_VERIFY: figure(
    '10/minute',
    'GraphQL, balance-hub: verification codes tried for one user',
  ),
  RATE_LIMIT_GRAPHQL_RESEND: figure('5/hour', 'GraphQL: verification mails asked for by one user'),
  RATE_LIMIT_RESEND_ADDRESS: figure('20/hour', 'Verification mails asked for by one address, for whomever'),
  RATE_LIMIT_MAIL: figure(
    '3/15 minutes',
    'Mails of one kind to one mailbox that anybody can cause; those beyond it are silently not sent',
  ),
  RATE_LIMIT_MAIL_NOTICES: figure(
    '20/15 minutes',
    'The same for notices of what happened to an account, where the mailbox was proven to be its owner’s',
  ),
  RATE_LIMIT_GRAPHQL_OTHER: figure(
    '1000/minute',
    'GraphQL: all other root fields, and requests that reach none, by one address',
  ),
  RATE_LIMIT_AUTH_SERVE_REGISTER: figure('60/minute', 'auth-serve: registrations of one address'),
  RATE_LIMIT_AUTH_SERVE_LOGIN: figure('60/minute', 'auth-serve: logins of one address'),
  RATE_LIMIT_SESSION: figure('100/minute', 'session: requests of one address to each endpoint'),
  RATE_LIMIT_CREDIT_AUTH: figure('100/minute', 'credit: requests of one address under /auth/'),
  RATE_LIMIT_CREDIT_OTHER: figure('1000/minute', 'credit: other requests of one address'),
  RATE_LIMIT_BALANCE_HUB_REGISTER: figure('5/minute', 'balance-hub: registrations of one address'),
  RATE_LIMIT_BALANCE_HUB_LOGIN: figure('10/minute', 'balance-hub: logins of one address'),
  RATE_LIMIT_BALANCE_HUB_RESEND: figure('5/hour', 'balance-hub: verification mails asked for by one user'),
  RATE_LIMIT_BALANCE_HUB_FORGET: figure(
    '5/minute',
    'balance-hub: password reset mails asked for by one address',
  ),
  RATE_LIMIT_BALANCE_HUB_RESET: figure('10/hour', 'balance-hub: password resets of one address'),
} satisfies Record<string, Variable>;

export const rateLimitVariables = {
  RATE_LIMIT_ENABLED: {
    kind: boolean,
    default: 'true',
    description: 'Turns rate limits and the slowing down of failed logins off: for tests and load tests.',
  },
  RATE_LIMIT_FAIL_CLOSED: {
    kind: boolean,
    default: 'false',
    description:
      'While the store of the counters is down, refuses login and password reset instead of counting in this process.',
  },
  ...rateVariables,
  LOGIN_FREE_FAILURES: {
    kind: integer(1, 1_000),
    default: '10',
    description:
      'Failed logins to one account from one address (or known device) before each further one has to wait: 1, 2, 4, … seconds.',
  },
  LOGIN_FREE_FAILURES_STRANGERS: {
    kind: integer(1, 1_000_000),
    default: '100',
    description: 'The same for one account from all addresses together that never signed in to it.',
  },
  LOGIN_MAX_DELAY_SECONDS: {
    kind: integer(1, 3_600),
    default: '900',
    description: 'Longest wait between two failed logins.',
  },
} satisfies Record<string, Variable>;

export const redisVariables = {
  REDIS_URL: {
    kind: redisUrl,
    defaultMeaning: 'counters in PostgreSQL, with the embedded database in memory',
    example: 'redis://localhost:6379/0',
    description: 'Redis for the counters of the rate limits, shared by all nodes.',
    isSecret: true,
  },
  REDIS_HOST: {
    kind: host,
    defaultMeaning: 'none',
    example: 'localhost',
    description: 'Host of Redis, for those who set its parts instead of REDIS_URL.',
  },
  REDIS_PORT: {
    kind: integer(1, 65_535),
    default: '6379',
    description: 'Port of Redis, with REDIS_HOST.',
  },
  REDIS_DB: {
    kind: integer(0, 1_000_000),
    default: '0',
    description: 'Number of the Redis database, with REDIS_HOST.',
  },
} satisfies Record<string, Variable>;
