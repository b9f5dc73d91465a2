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
