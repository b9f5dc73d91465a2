import 'reflect-metadata';
import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { Keys } from '../../src/infrastructure/crypto/keys';
import { KeySealing } from '../../src/infrastructure/signing-keys/key-sealing';
import { decode, encode } from '../support/jwt';
import { givenUser, logIn, tokenError } from '../support/people';
import { useApp } from '../support/test-app';

const SECRET = 'only-for-tests-0123456789-abcdefghijklmnop';
const app = useApp({ JWT_ALGORITHM: 'ES256', SESSION_CHECK_MAX_AGE_MS: '1' });

interface KeyRow {
  readonly kid: string;
  readonly sealed_private_key: Buffer | null;
}
const keyRows = () => app.rows<KeyRow>('select kid, sealed_private_key from signing_keys order by active_at');
const kidOf = (token: string): string => String(decode(token).header['kid']);

/** What a thief of the database and of SECRETS_KEY can do. */
async function privateKeyOf(kid: string): Promise<KeyObject> {
  const row = (await keyRows()).find((one) => one.kid === kid);
  const opened = new KeySealing(new Keys({ roots: [SECRET] })).open(
    Buffer.from(row!.sealed_private_key!),
    kid,
  );
  return opened!.privateKey;
}

function resigned(token: string, key: KeyObject): string {
  const { header, payload } = decode(token);
  const text = `${encode(header)}.${encode({ ...payload, exp: Number(payload['exp']) + 86_400 })}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

describe('a stolen signing key', () => {
  it('should be good for nothing once it is retired, whatever was known of its tokens', async () => {
    const person = await givenUser(app);
    const stolen = await privateKeyOf(kidOf(person.accessToken));
    const forged = resigned(person.accessToken, stolen);
    expect(await tokenError(app, forged)).toBeNull();
    app.clock.advance({ seconds: 1 });
    await app.app.keyAdministration.retire(kidOf(person.accessToken));
    expect(await tokenError(app, person.accessToken)).toBe('INVALID_TOKEN');
    expect(await tokenError(app, forged)).toBe('INVALID_TOKEN');
    const next = await logIn(app, person);
    expect(kidOf(next.accessToken)).not.toBe(kidOf(person.accessToken));
    expect(await tokenError(app, next.accessToken)).toBeNull();
  });

  it('should be published no more, and its private part be gone', async () => {
    const { json } = await app.request('/.well-known/jwks.json');
    const [retired, current] = await keyRows();
    expect((json as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)).toEqual([current!.kid]);
    expect(retired!.sealed_private_key).toBeNull();
  });

  it('should sign nothing after its time, even if nobody knows that it was stolen', async () => {
    const person = await givenUser(app);
    const stolen = await privateKeyOf(kidOf(person.accessToken));
    app.clock.advance({ seconds: 1 });
    await app.app.keyAdministration.rotate(0);
    app.clock.advance({ minutes: 62 });
    expect(await tokenError(app, resigned(person.accessToken, stolen))).toBe('INVALID_TOKEN');
  });
});

describe('a stolen secret of before the first key pair', () => {
  it('should be good for nothing once the tokens of its time have ended, whatever became of the pairs', async () => {
    const person = await givenUser(app);
    const { payload } = decode(person.accessToken);
    const forged = (): string => {
      const iat = Math.floor(app.clock.now().getTime() / 1000);
      const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ ...payload, iat, exp: iat + 60 })}`;
      return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
    };
    for (let month = 0; month < 4; month += 1) {
      app.clock.advance({ days: 10 });
      await app.app.keyKeeper?.work();
      app.clock.advance({ minutes: 11 });
      await app.app.keyKeeper?.work();
      expect(await tokenError(app, forged())).toBe('INVALID_TOKEN');
    }
  });
});

describe('private keys at rest', () => {
  it('should be in no row, no answer and no log as they are', async () => {
    const [{ kid } = { kid: '' }] = (await keyRows()).slice(-1);
    const key = await privateKeyOf(kid);
    const secret = String(key.export({ format: 'jwk' }).d);
    const { text } = await app.request('/.well-known/jwks.json');
    expect(text).not.toContain('"d"');
    const everything = JSON.stringify(await app.rows('select * from signing_keys')) + app.logLines.join('');
    expect(everything).not.toContain(secret);
    const der = key.export({ format: 'der', type: 'pkcs8' });
    for (const { sealed_private_key: sealed } of await keyRows())
      if (sealed) expect(Buffer.from(sealed).includes(der.subarray(0, 32))).toBe(false);
  });

  it('should open under the right secret only, for the right key only, and not when changed', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const sealing = new KeySealing(new Keys({ roots: [SECRET] }));
    const sealed = sealing.seal(privateKey, 'kid');
    expect(sealing.open(sealed, 'kid')?.isCurrent).toBe(true);
    expect(sealing.open(sealed, 'other')).toBeUndefined();
    expect(new KeySealing(new Keys({ roots: ['another-root'] })).open(sealed, 'kid')).toBeUndefined();
    const later = new KeySealing(new Keys({ roots: ['another-root', SECRET] }));
    expect(later.open(sealed, 'kid')?.isCurrent).toBe(false);
    for (const index of [0, 12, 28, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[index]! ^= 1;
      expect(sealing.open(changed, 'kid')).toBeUndefined();
    }
    expect(sealing.open(Buffer.alloc(5), 'kid')).toBeUndefined();
  });
});
