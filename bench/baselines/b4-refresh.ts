import { createHash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Baseline } from './baseline';
import type { Row, Run, Statement } from './sql';

const LOCK: Statement = {
  name: 'lock_token',
  text: `select t.session_id, t.spent_at, s.revoked_at, s.expires_at > now() as is_live, u.id, u.username, u.role, u.is_active
    from refresh_tokens t join sessions s on s.id = t.session_id join users u on u.id = s.user_id
    where t.token_hash = $1 for update of t, s`,
};
const ISSUE: Statement = {
  name: 'issue_token',
  text: 'insert into refresh_tokens (token_hash, session_id, issued_at) values ($1, $2, now())',
};
const SPEND: Statement = {
  name: 'spend_token',
  text: 'update refresh_tokens set spent_at = now(), replaced_by = $2 where token_hash = $1',
};
const RENEW: Statement = {
  name: 'renew_session',
  text: `update sessions set last_used_at = now(), expires_at = now() + interval '30 days' where id = $1`,
};
const ROTATE: Statement = {
  name: 'rotate',
  text: `with spent as (
    update refresh_tokens t set spent_at = now(), replaced_by = $2
    from sessions s join users u on u.id = s.user_id
    where t.token_hash = $1 and t.spent_at is null and s.id = t.session_id and s.revoked_at is null
      and s.expires_at > now() and u.is_active
    returning t.session_id, u.id, u.username, u.role
  ), renewed as (
    update sessions set last_used_at = now(), expires_at = now() + interval '30 days'
    from spent where sessions.id = spent.session_id
  ), issued as (
    insert into refresh_tokens (token_hash, session_id, issued_at) select $2, session_id, now() from spent
  )
  select id, username, role from spent`,
};

interface Presented {
  readonly Body: { readonly refreshToken: string };
}

/** The SQL of a rotation: as a transaction of six statements, and as one statement. Nothing is signed. */
export const addBaseline: Baseline = async (server, { sql }) => {
  const { run, transaction } = await sql();
  server.post('/b4', (request: FastifyRequest<Presented>) =>
    rotated(request, (hash, successor) => transaction((within) => inSixSteps(within, hash, successor))),
  );
  server.post('/b4-one-statement', (request: FastifyRequest<Presented>) =>
    rotated(request, async (hash, successor) => (await run(ROTATE, [hash, successor]))[0]),
  );
};

async function rotated(
  request: FastifyRequest<Presented>,
  rotate: (hash: Buffer, successor: Buffer) => Promise<Row | undefined>,
): Promise<Row> {
  const refreshToken = randomBytes(32).toString('base64url');
  const user = await rotate(hashOf(request.body.refreshToken), hashOf(refreshToken));
  if (!user) throw new Error('This refresh token is not good');
  return { id: String(user['id']), username: user['username'], refreshToken };
}

async function inSixSteps(run: Run, hash: Buffer, successor: Buffer): Promise<Row | undefined> {
  const [token] = await run(LOCK, [hash]);
  if (!token?.['is_live'] || token['spent_at'] || token['revoked_at'] || !token['is_active'])
    return undefined;
  await run(ISSUE, [successor, token['session_id']]);
  await run(SPEND, [hash, successor]);
  await run(RENEW, [token['session_id']]);
  return token;
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
