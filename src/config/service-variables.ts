import type { Environment } from './config';
import { boolean, choice, decimal, host, integer, text } from './kinds';
import { trustProxy } from './trust-proxy';
import { origins, publicUrl } from './urls';
import type { Variable } from './variable';

export const serviceVariables = {
  NODE_ENV: {
    kind: choice<Environment>({ development: 'development', production: 'production', test: 'test' }),
    aliases: [{ name: 'ENVIRONMENT' }],
    default: 'development',
    description:
      'In production secrets and PUBLIC_URL are demanded, and introspection, Sandbox and DEBUG are off.',
  },
  SERVICE_NAME: {
    kind: text(100),
    aliases: [{ name: 'APP_NAME' }],
    default: 'GraphQL Auth Gateway',
    description: 'Name of the service in its answers and logs.',
  },
  DEBUG: {
    kind: boolean,
    default: 'false',
    description: 'Sets LOG_LEVEL to DEBUG and logs SQL with masked values. Refused in production.',
  },
  DATA_DIR: {
    kind: text(1_000),
    default: '.data',
    description: 'Directory of the embedded database and of the signing key generated outside production.',
  },
} satisfies Record<string, Variable>;

export const httpVariables = {
  HOST: {
    kind: host,
    defaultMeaning: '127.0.0.1, in production 0.0.0.0',
    example: '127.0.0.1',
    description: 'Address to listen on. On one that lets others in NODE_ENV should be set.',
  },
  PORT: {
    kind: integer(0, 65_535),
    default: '4000',
    description: 'Port to listen on; 0 takes any free one.',
  },
  SSL_CERTFILE: {
    kind: text(1_000),
    defaultMeaning: 'none: plain HTTP',
    example: '/etc/gateway/tls/fullchain.pem',
    description:
      'PEM file of the certificate and its chain; with SSL_KEYFILE the service speaks HTTPS itself.',
  },
  SSL_KEYFILE: {
    kind: text(1_000),
    defaultMeaning: 'none: plain HTTP',
    example: '/etc/gateway/tls/privkey.pem',
    description: "PEM file of the certificate's key; both are read again on SIGHUP.",
  },
  WORKERS: {
    kind: integer(1, 128),
    default: '1',
    description: 'Processes that share the port; more than one need PostgreSQL.',
  },
  PUBLIC_URL: {
    kind: publicUrl,
    defaultMeaning: 'http://localhost:PORT, with SSL_CERTFILE https://; required in production',
    example: 'https://auth.example.com',
    description:
      'Where clients find the service; used in links and as issuer (iss) of tokens. In production with https://.',
  },
  TRUST_PROXY: {
    kind: trustProxy,
    default: 'false',
    example: '10.0.0.0/8',
    description:
      'Proxies whose X-Forwarded-* headers are believed. A number demands that no request bypasses them.',
  },
  CORS_ORIGINS: {
    kind: origins,
    default: '[]',
    example: '["https://app.example.com"]',
    description: 'Origins whose pages may call the service; the refresh cookie is only taken from these.',
  },
  BODY_LIMIT_BYTES: {
    kind: integer(1_024, 10_485_760),
    default: '65536',
    description: 'Largest request body, in bytes.',
  },
  SLOW_REQUEST_SECONDS: {
    kind: decimal(0.001, 3_600),
    default: '5.0',
    description: 'A request that takes longer is logged as slow.',
  },
  SHUTDOWN_DELAY_SECONDS: {
    kind: integer(0, 300),
    default: '0',
    description:
      'How long a stop first serves on, while /health/ready already says 503: longer than a load balancer takes to notice.',
  },
  SHUTDOWN_TIMEOUT_SECONDS: {
    kind: integer(1, 600),
    default: '10',
    description: 'How long a stop waits for requests that are still running.',
  },
} satisfies Record<string, Variable>;
