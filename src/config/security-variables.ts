import type { RefreshTokenDelivery, SameSite } from './config';
import type { JwtAlgorithm } from './token-types';
import { claimsTemplate } from './claims-template';
import { boolean, choice, duration, integer, secret, text } from './kinds';
import { privateKeys } from './private-keys';
import type { Variable } from './variable';

const secondsPerMinute = 60;
const secondsPerHour = 3_600;
const secondsPerDay = 86_400;

export const tokenVariables = {
  JWT_SECRET_KEY: {
    kind: secret(32),
    aliases: [{ name: 'SECRET_KEY' }],
    defaultMeaning:
      'required in production, and without NODE_ENV on a HOST that lets others in, unless key pairs sign and SECRETS_KEY is set; elsewhere generated once into DATA_DIR',
    example: '<output of: openssl rand -hex 32>',
    description:
      "Key that signs access tokens: random, and in production at least as long as the algorithm's hash (32, 48 or 64 bytes).",
    isSecret: true,
  },
  JWT_PREVIOUS_SECRET_KEY: {
    kind: secret(32),
    defaultMeaning: 'none',
    example: '<the JWT_SECRET_KEY used until now>',
    description: 'The key before this one: what it signed or made is taken until it ends.',
    isSecret: true,
  },
  SECRETS_KEY: {
    kind: secret(32),
    defaultMeaning: 'JWT_SECRET_KEY',
    example: '<output of: openssl rand -hex 32>',
    description:
      'Root of all other keys: codes and links in mails, successors of refresh tokens, known devices, encryption at rest.',
    isSecret: true,
  },
  JWT_ALGORITHM: {
    kind: choice<JwtAlgorithm>({
      ...{ HS256: 'HS256', HS384: 'HS384', HS512: 'HS512' },
      ...{ ES256: 'ES256', RS256: 'RS256', PS256: 'PS256' },
    }),
    aliases: [{ name: 'ALGORITHM' }],
    default: 'HS256',
    description:
      'Signature of access tokens: HS… with JWT_SECRET_KEY; ES256 (recommended), RS256 or PS256 with key pairs, so that other services can check tokens by /.well-known/jwks.json.',
  },
  JWT_KEY_ROTATION_DAYS: {
    kind: duration(secondsPerDay, 0.0001, 3_650),
    default: '30',
    description:
      'Days for which a key pair of the gateway signs; the next one is published beforehand, the one before verified until its last token ends. Fractions are allowed.',
  },
  JWT_PRIVATE_KEY: {
    kind: privateKeys,
    defaultMeaning: 'the gateway makes key pairs, keeps them in the database and rotates them',
    example: '<output of: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256>',
    description:
      'Key pair of your own for ES256, RS256 or PS256. The first key signs; further ones, private or public, are published and verified.',
    isSecret: true,
  },
  JWT_CLAIMS_TEMPLATE: {
    kind: claimsTemplate,
    defaultMeaning: 'none',
    example: '{"x-hasura-user-id":"{{user_id}}","x-hasura-default-role":"{{role}}"}',
    description:
      'Claims that access tokens carry beside our own, as a JSON object; {{user_id}}, {{role}}, {{username}}, {{email}}, {{session_id}} and {{scope}} are filled in.',
  },
  JWT_CLAIMS_NAMESPACE: {
    kind: text(255),
    defaultMeaning: 'the claims of JWT_CLAIMS_TEMPLATE stand beside our own',
    example: 'https://hasura.io/jwt/claims',
    description: 'Name of the one claim that holds those of JWT_CLAIMS_TEMPLATE.',
  },
  JWT_EXPIRATION_HOURS: {
    kind: duration(secondsPerHour, 0.001, 8_760),
    aliases: [
      { name: 'ACCESS_TOKEN_EXPIRE_MINUTES', kind: duration(secondsPerMinute, 0.01, 525_600), example: '60' },
    ],
    default: '1',
    description: 'Life of an access token in hours (by its other name: in minutes); fractions are allowed.',
  },
  JWT_AUDIENCE: {
    kind: text(255),
    default: 'graphql-auth-gateway',
    description: 'Audience (aud) of access tokens; a token for another audience is refused.',
  },
  REFRESH_TOKEN_DELIVERY: {
    kind: choice<RefreshTokenDelivery>({ body: 'body', cookie: 'cookie', client: 'client' }),
    default: 'body',
    description:
      'Whether clients get the refresh token in the answer or as an HttpOnly cookie; `client`: as the header X-Token-Delivery of the request says (body or cookie, by default body).',
  },
  REFRESH_COOKIE_SAMESITE: {
    kind: choice<SameSite>({ strict: 'strict', lax: 'lax', none: 'none' }),
    default: 'strict',
    description:
      'Which pages the refresh cookie works for: strict and lax those of the same site, none (then Partitioned) those of every origin in CORS_ORIGINS.',
  },
  REFRESH_REUSE_GRACE_SECONDS: {
    kind: integer(0, 300),
    default: '10',
    description:
      'A spent refresh token presented again within this time is no theft (two tabs, a lost answer).',
  },
} satisfies Record<string, Variable>;

export const passwordVariables = {
  PASSWORD_MIN_LENGTH: {
    // bcrypt reads 72 bytes: a longer minimum could never be met.
    kind: integer(1, 72),
    default: '8',
    description: 'Shortest password of the strict rule, in characters.',
  },
  PASSWORD_REQUIRE_UPPERCASE: {
    kind: boolean,
    default: 'true',
    description: 'Demands both letter cases: a capital and a small letter.',
  },
  PASSWORD_REQUIRE_NUMBERS: {
    kind: boolean,
    default: 'true',
    description: 'Demands a digit.',
  },
  PASSWORD_REQUIRE_SPECIAL_CHARS: {
    kind: boolean,
    default: 'true',
    description: 'Demands a special character.',
  },
  PASSWORD_POLICY_EVERYWHERE: {
    kind: boolean,
    default: 'false',
    description:
      'Demands the strict rule in every REST family, also where the old service was content with less.',
  },
  BCRYPT_COST: {
    kind: integer(4, 15),
    default: '12',
    description: 'Work of one hash, doubled by each step; below 10 is refused in production.',
  },
  HASH_CONCURRENCY: {
    kind: integer(1, 256),
    defaultMeaning: 'processor cores - 1, divided by WORKERS, at least 1',
    example: '1',
    description: 'Passwords that one process hashes at the same time.',
  },
  HASH_QUEUE_LIMIT: {
    kind: integer(0, 100_000),
    default: '100',
    description: 'Hashes that may wait for their turn; beyond it a request is answered 503.',
  },
  HASH_QUEUE_SHARE: {
    kind: integer(1, 100_256),
    defaultMeaning: 'half of HASH_CONCURRENCY and HASH_QUEUE_LIMIT together, at least 10',
    example: '51',
    description:
      'Hashes, at work or waiting, of one signed-in account or one address; beyond it that one is answered 503.',
  },
} satisfies Record<string, Variable>;

export const sessionVariables = {
  SESSION_IDLE_DAYS: {
    kind: duration(secondsPerDay, 0.0001, 3_650),
    aliases: [{ name: 'REFRESH_TOKEN_DAYS' }],
    default: '30',
    description: 'Days after which a session that nobody used ends; fractions are allowed.',
  },
  SESSION_MAX_DAYS: {
    kind: duration(secondsPerDay, 0.0001, 3_650),
    default: '90',
    description: 'Days after which a session ends, however much it is used; fractions are allowed.',
  },
  MAX_SESSIONS_PER_USER: {
    kind: integer(1, 10_000),
    default: '100',
    description: 'Live sessions of a user; one more ends the oldest.',
  },
  MAX_SESSIONS_LISTED: {
    kind: integer(1, 10_000),
    default: '100',
    description: 'Most sessions in the list of a user.',
  },
  SESSION_CHECK_MAX_AGE_MS: {
    kind: integer(1, 100),
    default: '75',
    description:
      'Age, in milliseconds, up to which a node relies on what it knows of a session and its owner.',
  },
  SESSION_CACHE_SIZE: {
    kind: integer(1, 10_000_000),
    default: '10000',
    description: 'Sessions, each with its owner, that a process remembers.',
  },
} satisfies Record<string, Variable>;
