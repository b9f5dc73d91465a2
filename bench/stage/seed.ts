import type { Chain } from './people';

/** Sends SQL to the database under test. */
export interface Sql {
  query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

export interface Crowd {
  /** People in the database. */
  readonly count: number;
  /** How many of them ask. */
  readonly asking: number;
}

/** Entries in the history of each account. */
export const HISTORY_ENTRIES = 50;
/** Accounts that have credits and a history. */
export const ACCOUNTS = 1_000;

/**
 * Fills a migrated database with people. They, their sessions and their first refresh tokens are copies of those that one
 * real registration left behind, but for what tells them apart, so a new column of these tables needs no change here. All have
 * the template's password, and no bcrypt has to run for them.
 */
export async function seed(sql: Sql, { count, asking }: Crowd, templateId: number): Promise<void> {
  await sql.query(
    `insert into users select copy.* from generate_series(1, $1::int) number, users template,
       jsonb_populate_record(template, jsonb_build_object(
         'id', template.id + number, 'email', 'person' || number || '@example.com', 'username', 'person' || number)) copy
     where template.id = $2`,
    [count, templateId],
  );
  await sql.query(`select setval(pg_get_serial_sequence('users', 'id'), $1::bigint)`, [templateId + count]);
  await seedSessions(sql, 'gateway', count, templateId);
  await seedSessions(sql, 'baseline', Math.min(count, asking), templateId);
  await seedCredits(sql, count, templateId);
  await sql.query('vacuum analyze');
}

async function seedSessions(sql: Sql, chain: Chain, count: number, templateId: number): Promise<void> {
  const values = [count, templateId, chain];
  await sql.query(
    `insert into sessions select copy.* from generate_series(1, $1::int) number, sessions template,
       jsonb_populate_record(template, jsonb_build_object(
         'id', md5($3::text || '-' || number)::uuid, 'user_id', template.user_id + number)) copy
     where template.user_id = $2`,
    values,
  );
  await sql.query(
    `insert into refresh_tokens select copy.* from generate_series(1, $1::int) number, refresh_tokens template,
       jsonb_populate_record(template, jsonb_build_object(
         'session_id', md5($3::text || '-' || number)::uuid,
         'token_hash', sha256(rpad($3::text || '-' || number, 43, '_')::bytea))) copy
     where template.session_id = (select id from sessions where user_id = $2)`,
    values,
  );
}

/** Spread over all people as `People.inTurn` asks them. */
async function seedCredits(sql: Sql, count: number, templateId: number): Promise<void> {
  const distinct = Math.min(ACCOUNTS, count);
  const accounts = `(select $2::bigint + 1 + turn::bigint * $1 / ${distinct} as id
    from generate_series(0, ${distinct - 1}) turn) account`;
  const values = [count, templateId];
  await sql.query(
    `insert into credit_accounts (user_id, balance, updated_at) select id, 1000000, now() from ${accounts}`,
    values,
  );
  await sql.query(
    `insert into credit_transactions (user_id, amount, transaction_type, new_balance, created_at)
     select id, 1000000.0 / ${HISTORY_ENTRIES}, 'credit_added', 1000000.0 * entry / ${HISTORY_ENTRIES}, now()
     from generate_series(1, ${HISTORY_ENTRIES}) entry, ${accounts}`,
    values,
  );
}
