import { exampleOf } from '../../src/config/read-variables';
import { namesOf, variableNames } from '../../src/config/variables';
import { load, problemsOf, secret } from '../support/configuration';

describe('loadConfig with several names of one variable', () => {
  it('should accept equal values, however they are written', () => {
    const env = { DB_HOST: 'db', DB_USER: 'u', DB_NAME: 'auth', DB_TABLE: 'auth' };
    expect(() => load(env)).not.toThrow();
    expect(() => load({ JWT_EXPIRATION_HOURS: '0.5', ACCESS_TOKEN_EXPIRE_MINUTES: '30' })).not.toThrow();
    expect(() => load({ LOG_FORMAT: 'text', JSON_LOGS: 'False' })).not.toThrow();
    expect(() => load({ SESSION_IDLE_DAYS: '7', REFRESH_TOKEN_DAYS: '7.0' })).not.toThrow();
  });

  it.each([
    ['NODE_ENV', 'development', 'ENVIRONMENT', 'test'],
    ['SERVICE_NAME', 'a', 'APP_NAME', 'b'],
    ['SESSION_IDLE_DAYS', '7', 'REFRESH_TOKEN_DAYS', '8'],
    ['JWT_SECRET_KEY', secret, 'SECRET_KEY', `${secret}-`],
    ['JWT_ALGORITHM', 'HS256', 'ALGORITHM', 'HS512'],
    ['JWT_EXPIRATION_HOURS', '1', 'ACCESS_TOKEN_EXPIRE_MINUTES', '30'],
    ['LOG_FORMAT', 'json', 'JSON_LOGS', 'false'],
  ])('should refuse %s=%s beside %s=%s', (first, firstText, second, secondText) => {
    const problems = problemsOf({ [first]: firstText, [second]: secondText });
    expect(problems).toEqual([`${first} and ${second} are two names of one setting, but differ: keep one`]);
  });
});

/** What else must be set for a variable to be accepted. */
function companionsOf(name: string): NodeJS.ProcessEnv {
  if (name === 'DATABASE_REPLICA_URLS') return { DATABASE_URL: 'postgresql://u:p@db/auth' };
  if (name.startsWith('DB_')) return { DB_HOST: 'db', DB_USER: 'u', DB_PASSWORD: '', DB_NAME: 'auth' };
  if (name.startsWith('MAIL_'))
    return { MAIL_SERVER: 'smtp.example.com', MAIL_USERNAME: 'u', MAIL_PASSWORD: 'p' };
  if (name.startsWith('SSL_')) return { SSL_CERTFILE: 'certificate.pem', SSL_KEYFILE: 'key.pem' };
  if (name === 'JWT_CLAIMS_NAMESPACE') return { JWT_CLAIMS_TEMPLATE: '{}' };
  return {};
}

it('should give examples that it would itself accept', () => {
  // The example of a private key is how to make one: any that is printed, somebody would use.
  for (const name of variableNames.filter((one) => one !== 'JWT_PRIVATE_KEY')) {
    for (const alias of namesOf(name)) {
      const [usedName = '', ...text] = exampleOf(name, alias.name).split('=');
      expect(usedName).toBe(alias.name);
      expect(() => load({ ...companionsOf(name), [usedName]: text.join('=') })).not.toThrow();
    }
  }
});
