import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withSecretFiles } from '../../src/config/secret-files';
import { load, problemsOf, production, PUBLIC_URL, refusal, secret } from '../support/configuration';

const pem = (key: KeyObject): string =>
  key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString();
const ec = (namedCurve: string): string => pem(generateKeyPairSync('ec', { namedCurve }).privateKey);

describe('the settings of tokens', () => {
  it.each([
    ['JWT_PRIVATE_KEY', 'no key'],
    ['JWT_PRIVATE_KEY', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'],
    ['JWT_CLAIMS_TEMPLATE', '["a"]'],
    ['JWT_CLAIMS_TEMPLATE', 'null'],
    ['JWT_CLAIMS_TEMPLATE', '{"a":"{{password}}"}'],
    ['JWT_CLAIMS_TEMPLATE', '{"sub":"1"}'],
    ['JWT_CLAIMS_TEMPLATE', '{"role":"admin"}'],
    ['JWT_CLAIMS_TEMPLATE', '{"__proto__":{"role":"admin"}}'],
    ['JWT_CLAIMS_TEMPLATE', '{"a":{"b":{"c":{"d":{"e":{}}}}}}'],
    ['JWT_CLAIMS_TEMPLATE', '{"a":"{{email}}","b":"{{email}}"}'],
    ['JWT_CLAIMS_TEMPLATE', `{"a":"${'x'.repeat(2_000)}"}`],
    ['JWT_CLAIMS_NAMESPACE', 'https://example.com/claims'],
    ['JWT_CLAIMS_NAMESPACE', 'sub'],
    ['OAUTH_CLIENTS', 'orders'],
    ['OAUTH_CLIENTS', 'orders:short'],
    ['OAUTH_CLIENTS', `orders:${secret},orders:${secret}`],
    ['OAUTH_CLIENTS', `or ders:${secret}`],
    ['OAUTH_FEED_WAIT_SECONDS', '0'],
  ])('should be refused: %s=%j', (name, text) => {
    const { problems } = refusal({ [name]: text });
    expect(problems.map(({ variable }) => variable)).toEqual([name]);
    expect(problems[0]?.rule).toMatch(/^must /);
  });

  it('should take a key from a file', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'key-'));
    try {
      const file = path.join(directory, 'key.pem');
      writeFileSync(file, ec('P-256'));
      const env = withSecretFiles({ JWT_ALGORITHM: 'ES256', JWT_PRIVATE_KEY_FILE: file });
      expect(load(env).jwt.ownKeys).toHaveLength(1);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('should demand no signing secret in production where key pairs sign and SECRETS_KEY is the root', () => {
    const env = { NODE_ENV: 'production', PUBLIC_URL, JWT_ALGORITHM: 'ES256' };
    expect(load({ ...env, SECRETS_KEY: secret }).jwt.secret).toBeUndefined();
    expect(problemsOf(env)).toEqual(['JWT_SECRET_KEY must be set in production, to at least 32 characters']);
    expect(load({ ...production, JWT_ALGORITHM: 'ES256' }).keys.roots).toEqual([secret]);
  });
});
