import type { Database } from '../../infrastructure/database/database';
import type { PreparedStatement } from '../../infrastructure/database/prepared-statements';
import { profileColumns, profileOf, type ProfileRow, type UserProfile } from '../identity';

/**
 * The ordinary rotation: an unspent token of a live session. One statement, so one round trip and one lock, the session's,
 * which is the lock of its whole chain: whoever spends, ends or deletes takes it first.
 *
 * All parts see the snapshot of the statement's begin, but a row that somebody else changed meanwhile is judged as it is
 * now: a session that was ended is not renewed, and so nothing else is done; a token that was spent is not spent
 * again, and so none is issued. Then only the session has been used once more, by somebody whose token was good when they
 * asked.
 *
 * Values: hash, successor's hash, now, the session's end if it is used now and not too old, its longest life in seconds. No
 * row comes back for a token that does not exist, and one without a session where it takes a closer look.
 */
const ROTATE: PreparedStatement = {
  name: 'refresh_token_rotate',
  sql: `
    with renewed as (
      update sessions s
      set last_used_at = $3, expires_at = least($4, s.created_at + make_interval(secs => $5))
      from refresh_tokens t, users u
      where t.token_hash = $1 and t.spent_at is null and s.id = t.session_id
        and s.revoked_at is null and s.expires_at > $3 and s.created_at + make_interval(secs => $5) > $3
        and u.id = s.user_id and u.is_active
      returning s.id, s.user_id, s.expires_at
    ), spent as (
      update refresh_tokens t set spent_at = $3, replaced_by = $2
      from renewed where t.token_hash = $1 and t.session_id = renewed.id and t.spent_at is null
      returning renewed.*
    ), issued as (
      insert into refresh_tokens (token_hash, session_id, issued_at) select $2, id, $3 from spent
    )
    select spent.id as "sessionId", spent.expires_at as "expiresAt", ${profileColumns}
    from refresh_tokens t left join spent on true left join users u on u.id = spent.user_id
    where t.token_hash = $1`,
};

interface RotatedRow extends ProfileRow {
  readonly sessionId: string | null;
  readonly expiresAt: string;
}

export interface OrdinaryRotation {
  readonly tokenHash: Buffer;
  readonly successorHash: Buffer;
  readonly now: Date;
  /** When a session that is used now ends, but for its longest life. */
  readonly idleEnd: Date;
  readonly maxSeconds: number;
}

export type RotatedAtOnce =
  | {
      readonly kind: 'rotated';
      readonly user: UserProfile;
      readonly sessionId: string;
      readonly expiresAt: Date;
    }
  | { readonly kind: 'unknown' }
  /** Spent, ended, expired, or changed at this very moment: nothing has been exchanged. */
  | { readonly kind: 'look-closer' };

/** Spends a token and issues its successor, if it is the ordinary case. @throws as `Database.statement` */
export async function rotateAtOnce(database: Database, values: OrdinaryRotation): Promise<RotatedAtOnce> {
  const { tokenHash, successorHash, now, idleEnd, maxSeconds } = values;
  const [row] = await database.statement<RotatedRow>(ROTATE, [
    ...[tokenHash, successorHash],
    ...[now, idleEnd, maxSeconds],
  ]);
  if (!row) return { kind: 'unknown' };
  const { sessionId, expiresAt } = row;
  if (sessionId === null) return { kind: 'look-closer' };
  return { kind: 'rotated', user: profileOf(row), sessionId, expiresAt: new Date(expiresAt) };
}
