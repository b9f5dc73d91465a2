import type { PreparedStatement } from '../../infrastructure/database/prepared-statements';

export const sessionEventKinds = ['opened', 'refreshed', 'ended'] as const;
export type SessionEventKind = (typeof sessionEventKinds)[number];

/** Most new events of one user that one look finds. */
export const PAGE_SIZE = 200;

/** As the driver answers it. */
export interface SessionEventRow {
  /** Which of those asked for it belongs to, from 1. */
  readonly place: string;
  readonly kind: SessionEventKind;
  readonly at: string;
  /** Tells the refreshes of one session apart, by the hash of the token. */
  readonly mark: string;
  readonly id: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly expiresAt: string;
  readonly ipAddress: string;
  readonly userAgent: string | null;
}

const SESSION = `s.id, s.created_at, s.last_used_at, s.expires_at, s.ip_address, s.user_agent`;

/** For each of many users what happened since a time of its own. Values: user ids, times, numbers of events, now. */
export const FIND_SESSION_EVENTS: PreparedStatement = {
  name: 'session_events',
  sql: `
    select w.place, e.kind, e.at, e.mark, e.id, e.created_at as "createdAt", e.last_used_at as "lastUsedAt",
      e.expires_at as "expiresAt", e.ip_address as "ipAddress", e.user_agent as "userAgent"
    from unnest(cast($1 as bigint[]), cast($2 as timestamptz[]), cast($3 as int[]))
      with ordinality as w (user_id, since, at_most, place)
    cross join lateral (
      select 'opened' as kind, 1 as step, s.created_at as at, '' as mark, ${SESSION}
      from sessions s where s.user_id = w.user_id and s.created_at >= w.since
      union all
      select 'refreshed', 2, t.issued_at, left(encode(t.token_hash, 'hex'), 12), ${SESSION}
      from sessions s join refresh_tokens t on t.session_id = s.id
      where s.user_id = w.user_id and s.last_used_at >= w.since
        and t.issued_at >= w.since and t.issued_at > s.created_at
      union all
      select 'ended', 3, coalesce(s.revoked_at, s.expires_at), '', ${SESSION}
      from sessions s
      where s.user_id = w.user_id and coalesce(s.revoked_at, s.expires_at) between w.since and $4
      order by at, step, id, mark limit w.at_most
    ) e
    order by w.place, e.at, e.step, e.id, e.mark`,
};
