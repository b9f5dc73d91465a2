import 'reflect-metadata';
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusal } from '../support/configuration';
import { decode, encode, type Json } from '../support/jwt';
import { givenUser, tokenError, type Person } from '../support/people';
import { useApp } from '../support/test-app';

const SECRET = 'only-for-tests-0123456789-abcdefghijklmnop';
const app = useApp({ JWT_ALGORITHM: 'ES256', SESSION_CHECK_MAX_AGE_MS: '1' });
const mine = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const mineRsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });

let person: Person;
let real: { header: Json; payload: Json };
let published: JsonWebKey;
let decoy: Server;
let asked = 0;
let decoyUrl = '';
beforeAll(async () => {
  person = await givenUser(app);
  real = decode(person.accessToken);
  const { json } = await app.request('/.well-known/jwks.json');
  published = (json as { keys: JsonWebKey[] }).keys[0]!;
  // Where a token says that its key is; who asks there believes a stranger.
  decoy = createServer((_request, response) => {
    asked += 1;
    const jwk = mine.publicKey.export({ format: 'jwk' });
    response.end(JSON.stringify({ keys: [{ ...jwk, kid: real.header['kid'] }] }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => decoy.once('listening', resolve));
  decoyUrl = `http://127.0.0.1:${(decoy.address() as AddressInfo).port}/keys`;
});
afterAll(() => new Promise((resolve) => decoy.close(resolve)));

const text = (header: Json, payload: Json = real.payload): string => `${encode(header)}.${encode(payload)}`;

function byHmac(header: Json, key: string | Buffer): string {
  const signed = text(header);
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

function byMine(header: Json, payload: Json = real.payload): string {
  const signed = text(header, payload);
  const key = { key: mine.privateKey, dsaEncoding: 'ieee-p1363' as const };
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

function byMineRsa(header: Json): string {
  const signed = text(header);
  return `${signed}.${sign('sha256', Buffer.from(signed), mineRsa.privateKey).toString('base64url')}`;
}

const publicKeyAs = (type: 'pem' | 'der'): string | Buffer => {
  const key = createPublicKey({ key: published, format: 'jwk' });
  return type === 'pem'
    ? key.export({ type: 'spki', format: 'pem' }).toString()
    : key.export({ type: 'spki', format: 'der' });
};
const kid = (): unknown => real.header['kid'];
const jwkOfMine = (): Json => ({ ...mine.publicKey.export({ format: 'jwk' }), kid: kid() });

// prettier-ignore
const forgeries: [string, () => string][] = [
  ['HMAC with the public key in PEM', () => byHmac({ alg: 'HS256', kid: kid() }, publicKeyAs('pem'))],
  ['HMAC with the public key in DER', () => byHmac({ alg: 'HS256', kid: kid() }, publicKeyAs('der'))],
  ['HMAC with the public key as JSON', () => byHmac({ alg: 'HS256', kid: kid() }, JSON.stringify(published))],
  ['HMAC with the public key and no kid', () => byHmac({ alg: 'HS256' }, publicKeyAs('pem'))],
  ['HMAC with x of the public key', () => byHmac({ alg: 'HS256', kid: kid() }, Buffer.from(published.x!, 'base64url'))],
  ['the secret, under the kid of a pair', () => byHmac({ alg: 'HS256', kid: kid() }, SECRET)],
  ['alg none with a kid', () => `${text({ alg: 'none', kid: kid() })}.`],
  ['alg none with the real signature', () => `${text({ alg: 'none', kid: kid() })}.${person.accessToken.split('.')[2]}`],
  ['no alg', () => byMine({ kid: kid() })],
  ['a foreign key under our kid', () => byMine({ alg: 'ES256', kid: kid() })],
  ['a foreign key under its own kid', () => byMine({ alg: 'ES256', kid: 'A'.repeat(43) })],
  ['a foreign key without a kid', () => byMine({ alg: 'ES256' })],
  ['a foreign key in jwk', () => byMine({ alg: 'ES256', kid: kid(), jwk: jwkOfMine() })],
  ['a foreign key in jwk without a kid', () => byMine({ alg: 'ES256', jwk: jwkOfMine() })],
  ['a foreign key at jku', () => byMine({ alg: 'ES256', kid: kid(), jku: decoyUrl })],
  ['a foreign key at x5u', () => byMine({ alg: 'ES256', kid: kid(), x5u: decoyUrl })],
  ['a foreign certificate in x5c', () => byMine({ alg: 'ES256', kid: kid(), x5c: ['MIIB'] })],
  ['RSA under the kid of an elliptic curve', () => byMineRsa({ alg: 'RS256', kid: kid() })],
  ['another algorithm for the same key', () => byMine({ alg: 'ES384', kid: kid() })],
  ['the algorithm in small letters', () => byMine({ alg: 'es256', kid: kid() })],
  ['a signature of zeroes', () => `${text({ alg: 'ES256', kid: kid() })}.${Buffer.alloc(64).toString('base64url')}`],
  ['a signature in DER', () => `${text({ alg: 'ES256', kid: kid() })}.${sign('sha256', Buffer.from('x'), mine.privateKey).toString('base64url')}`],
  ['a signature that is too short', () => `${text({ alg: 'ES256', kid: kid() })}.AAAA`],
  ['kid as a path', () => byMine({ alg: 'ES256', kid: '../../../../../dev/null' })],
  ['kid as SQL', () => byMine({ alg: 'ES256', kid: "' or true --" })],
  ['kid with a NUL', () => byMine({ alg: 'ES256', kid: `${String(kid())}\0` })],
  ['kid of an object', () => byMine({ alg: 'ES256', kid: { $ne: null } })],
  ['kid of Object.prototype', () => byMine({ alg: 'ES256', kid: '__proto__' })],
  ['an administrator in the real signature', () => `${text(real.header, { ...real.payload, role: 'admin', is_admin: true })}.${person.accessToken.split('.')[2]}`],
];

describe('a token that pretends to be signed by a key pair of ours', () => {
  it('should be forged well: the real one is taken, and names its key', async () => {
    expect(real.header).toEqual({ alg: 'ES256', typ: 'JWT', kid: published['kid' as keyof JsonWebKey] });
    expect(await tokenError(app, person.accessToken)).toBeNull();
  });

  it.each(forgeries)('should be refused: %s', async (_threat, token) => {
    expect(await tokenError(app, token())).toBe('INVALID_TOKEN');
  });

  it('should make the gateway ask nobody for a key', () => {
    expect(asked).toBe(0);
  });

  it('should be refused when it was signed by a secret that signs no more', async () => {
    const stolen = byHmac({ alg: 'HS256', typ: 'JWT' }, SECRET);
    // For the life of a token after the first pair came: until then the secret signed.
    expect(await tokenError(app, stolen)).toBeNull();
    app.clock.advance({ minutes: 61 });
    const exp = Math.floor(app.clock.now().getTime() / 1000) + 600;
    const signed = text({ alg: 'HS256', typ: 'JWT' }, { ...real.payload, exp });
    const late = `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
    expect(await tokenError(app, late)).toBe('INVALID_TOKEN');
  });
});

describe('a key of the operator that protects nothing', () => {
  const pem = (key: KeyObject): string =>
    key.export({ format: 'pem', type: key.type === 'private' ? 'pkcs8' : 'spki' }).toString();
  const rsa = (modulusLength: number, publicExponent = 65_537): string =>
    pem(generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey);
  const ec = (namedCurve: string): string => pem(generateKeyPairSync('ec', { namedCurve }).privateKey);

  it.each([
    ['RS256', 'of 1024 bits', () => rsa(1_024)],
    ['PS256', 'with the exponent 3', () => rsa(2_048, 3)],
    ['RS256', 'of an elliptic curve', () => ec('P-256')],
    ['ES256', 'of the curve secp256k1', () => ec('secp256k1')],
    ['ES256', 'of the curve P-384', () => ec('P-384')],
    ['ES256', 'of RSA', () => rsa(2_048)],
    ['ES256', 'whose second one is unfit', () => `${ec('P-256')}${ec('P-384')}`],
    ['ES256', 'that is public', () => pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)],
    ['HS256', 'that it does not use', () => ec('P-256')],
  ])('should refuse for %s a key %s', (JWT_ALGORITHM, _what, key) => {
    const { problems } = refusal({ JWT_ALGORITHM, JWT_PRIVATE_KEY: key() });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('BEGIN');
  });
});
