import { ConfigurationError, loadConfig, type Config } from '../../src/config';

export const secret = 'k9Qv3tZ7mB1xW5rN8pL2sD6fH0jC4gYa';
export const PUBLIC_URL = 'https://auth.example.com';
export const production = { NODE_ENV: 'production', JWT_SECRET_KEY: secret, PUBLIC_URL };
/** What stands for the secret that development generates. */
export const generated = 'a-key-that-was-generated-for-this-test';

export function load(env: NodeJS.ProcessEnv = {}): Config {
  return loadConfig(env, () => generated);
}

/** What an environment is refused with; a test fails on one that is accepted. */
export function refusal(env: NodeJS.ProcessEnv): ConfigurationError {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}

/** The same as lines: each variable with the rule it breaks. */
export function problemsOf(env: NodeJS.ProcessEnv): string[] {
  return refusal(env).problems.map(({ variable, rule }) => `${variable} ${rule}`);
}

/** What operators get who set nothing. */
export const defaultOperations = {
  graphql: {
    introspection: true,
    hasIde: true,
    maxDepth: 8,
    maxAliases: 15,
    maxTokens: 1_000,
    maxRootFields: 15,
    subscriptions: {
      enabled: true,
      initTimeoutSeconds: 3,
      maxConnections: 10_000,
      maxConnectionsPerUser: 5,
      maxPerConnection: 20,
      maxBufferedBytes: 262_144,
      maxMessagesPerMinute: 600,
      pingSeconds: 20,
    },
    persistedOperations: { kind: 'off' },
    federation: undefined,
  },
  housekeeping: {
    intervalSeconds: 600,
    batchSize: 500,
    maxBatches: 1000,
    sessionRetentionSeconds: 86_400,
    proofRetentionSeconds: 604_800,
    mailSentRetentionSeconds: 604_800,
    mailFailedRetentionSeconds: 7_776_000,
  },
  tracing: undefined,
  logging: {
    level: 'info',
    format: 'json',
    file: { path: 'logs/app.log', format: 'json', maxBytes: 100_000_000, retentionSeconds: 604_800 },
    logstash: undefined,
    sentry: undefined,
    environment: 'development',
    bufferBytes: 16_777_216,
  },
};
