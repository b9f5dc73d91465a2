import { ConfigurationError, loadConfig } from '../../src/config';

function variablesRefused(env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(env, () => 'a-key-that-was-generated-for-this-test');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ variable }) => variable);
    throw error;
  }
  return [];
}

describe('loadConfig and mail', () => {
  it.each([
    [{ MAIL_TRANSPORT: 'smtp' }, ['MAIL_SERVER']],
    [{ MAIL_TRANSPORT: 'sendgrid' }, ['SENDGRID_API_KEY']],
    [{ MAIL_SERVER: 'smtp.example.com', MAIL_USERNAME: 'u' }, ['MAIL_PASSWORD']],
    [{ MAIL_SERVER: 'smtp.example.com', MAIL_PASSWORD: 'p' }, ['MAIL_USERNAME']],
    [{ MAIL_SERVER: 'smtp.example.com', SENDGRID_API_KEY: 'k' }, ['MAIL_TRANSPORT']],
  ])('should refuse the half of a mail transport: %j', (env, missing) => {
    expect(variablesRefused(env)).toEqual(missing);
  });
});
