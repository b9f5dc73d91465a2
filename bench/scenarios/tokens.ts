import { createPublicKey, createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decode, sign, type JwtPayload } from 'jsonwebtoken';
import { get, post } from '../load/exchange';
import type { Person } from '../stage/people';
import { byPerson, type Asking } from './by-person';
import { compare, underLoad, type Row } from './measure';
import { CONNECTIONS, type Scenario } from './scenario';

const CLIENT = 'bench:only-for-benchmarks-0123456789-abcdefghij';
const BASIC = `Basic ${Buffer.from(CLIENT).toString('base64')}`;

type TokenOf = (person: Person) => string;

const forwardAuth = (tokenOf: TokenOf): Asking =>
  byPerson((person) => ({
    request: get('/forward-auth?status=200', { authorization: `Bearer ${tokenOf(person)}` }),
    accepts: (body) => body === '',
  }));

const introspection = (tokenOf: TokenOf): Asking =>
  byPerson((person) => ({
    request: post('/oauth/introspect', `token=${tokenOf(person)}`, {
      authorization: BASIC,
      'content-type': 'application/x-www-form-urlencoded',
    }),
    accepts: (body) => body.includes('"active":true') && body.includes(`"sub":"${person.id}"`),
  }));

const authMe = (tokenOf: TokenOf): Asking =>
  byPerson((person) => ({
    request: get('/auth/me', { authorization: `Bearer ${tokenOf(person)}` }),
    accepts: (body) => body.includes(`"${person.email}"`),
  }));

const byHmac: TokenOf = ({ accessToken }) => accessToken;

/** The same tokens, signed by a key pair; each is signed when it is first sent. */
function byPair(privateKey: KeyObject): TokenOf {
  const keyid = thumbprint(privateKey);
  const known = new Map<number, string>();
  return ({ number, accessToken }) => {
    const token =
      known.get(number) ?? sign(decode(accessToken) as JwtPayload, privateKey, { algorithm: 'ES256', keyid });
    known.set(number, token);
    return token;
  };
}

/** The id of a key by RFC 7638. */
function thumbprint(privateKey: KeyObject): string {
  const { crv, kty, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

/** What it costs to be asked about tokens, by each kind of signature. */
export const tokens: Scenario = {
  name: 'tokens',
  summary: '`/forward-auth` and introspection, HS256 and ES256; beside `GET /auth/me`',
  only: 'postgresql',
  run: async (stage) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const byKind = {
      hs256: { server: await stage.gateway({ OAUTH_CLIENTS: CLIENT }), tokenOf: byHmac },
      es256: {
        server: await stage.gateway({
          OAUTH_CLIENTS: CLIENT,
          JWT_ALGORITHM: 'ES256',
          JWT_PRIVATE_KEY: pem,
        }),
        tokenOf: byPair(privateKey),
      },
    };
    const rows: Row[] = [];
    for (const [kind, { server, tokenOf }] of Object.entries(byKind)) {
      const load = (name: string, asks: Asking) =>
        underLoad(name, server, { connections: CONNECTIONS, next: asks(stage.people) });
      const base = load('auth-me', authMe(tokenOf));
      for (const [name, asks] of Object.entries({ 'forward-auth': forwardAuth, introspect: introspection }))
        rows.push(await compare(`${name}-${kind}`, 'cpuUs', load(name, asks(tokenOf)), base, stage.settings));
    }
    const es256 = { connections: CONNECTIONS, next: authMe(byKind.es256.tokenOf)(stage.people) };
    const hs256 = { connections: CONNECTIONS, next: authMe(byHmac)(stage.people) };
    rows.push(
      await compare(
        'auth-me-es256',
        'cpuUs',
        underLoad('ES256', byKind.es256.server, es256),
        underLoad('HS256', byKind.hs256.server, hs256),
        stage.settings,
      ),
    );
    return rows;
  },
};
