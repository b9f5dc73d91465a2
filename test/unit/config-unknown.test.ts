import { oldNames } from '../../src/config/old-names';
import { namesOf, variableNames } from '../../src/config/variables';
import { load } from '../support/configuration';

const ours = new Set(variableNames.flatMap((name) => namesOf(name).map((alias) => alias.name)));

function guessOf(name: string): string | null | undefined {
  const [found] = load({ [name]: 'the value' }).unknownVariables;
  if (found === undefined) return undefined;
  expect(JSON.stringify(found)).not.toContain('the value');
  return found.didYouMean ?? null;
}

describe('a variable that is none of ours', () => {
  it.each([
    ['JWT_SECRET_KY', 'JWT_SECRET_KEY'],
    ['JWT_SERCET_KEY', 'JWT_SECRET_KEY'],
    ['PUBLC_URL', 'PUBLIC_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['NODE_EVN', 'NODE_ENV'],
    ['LOG_LEVL', 'LOG_LEVEL'],
    ['jwt_secret_key', 'JWT_SECRET_KEY'],
    ['port', 'PORT'],
    ['SMTP_HOST', 'MAIL_SERVER'],
    ['POSTGRES_PASSWORD', 'DB_PASSWORD'],
    ['POSTGRES_PASSWORD_FILE', 'DB_PASSWORD_FILE'],
    ['JWT_SECRET_FILE', 'JWT_SECRET_KEY_FILE'],
    ['JWT_SECRET_KY_FILE', 'JWT_SECRET_KEY_FILE'],
    ['RATE_LIMIT_GRAPHQL_LOGGIN', 'RATE_LIMIT_GRAPHQL_LOGIN'],
    ['CIRCUIT_BREAKER_TRESHOLD_OF_FAILURES', null],
    ['MAIL_COLOUR', null],
  ])('should be told from %s to be %s', (name, meant) => {
    expect(guessOf(name)).toBe(meant);
  });

  // prettier-ignore
  it.each([
    'PATH', 'HOME', 'HOSTNAME', 'HOSTS', 'LOGNAME', 'MAIL', 'PORTS', 'NODE_OPTIONS', 'NODE_PATH', 'NODE_VERSION', 'SESSION_MANAGER', 'SSL_CERT_FILE', 'SSL_CERT_DIR',
    'PASSWORD_STORE_DIR', 'REDIS_SERVICE_HOST', 'REDIS_PORT_6379_TCP_ADDR', 'DB_SERVICE_PORT_PG', 'npm_config_cache', 'PGHOST', 'TZ',
    'KUBERNETES_PORT', 'XDG_SESSION_ID', 'SSH_CONNECTION', 'EDITOR', 'YARN_VERSION', 'TERM', 'LANG', 'BASE_URL_FILE', 'ENV_FILE', 'USER', 'DBUS_SESSION_BUS_ADDRESS',
  ])("should be left alone when it is somebody else's: %s", (name) => {
    expect(guessOf(name)).toBeUndefined();
  });

  it('should never be one of ours', () => {
    expect(load(Object.fromEntries([...ours].map((name) => [name, '']))).unknownVariables).toEqual([]);
  });

  it('should be told by an old name what there is', () => {
    for (const [old, name = ''] of Object.entries(oldNames)) {
      expect(ours.has(old)).toBe(false);
      expect(ours.has(name)).toBe(true);
    }
  });
});
