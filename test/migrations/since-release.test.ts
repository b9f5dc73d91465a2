import 'reflect-metadata';
import { Writable } from 'node:stream';
import type { MikroORM } from '@mikro-orm/postgresql';
import { loadConfig } from '../../src/config';
import { createLogger } from '../../src/infrastructure/telemetry/logger';
import { SINCE_RELEASE } from '../support/released-schema';
import { databaseVariables, openTestDatabase } from '../support/test-database';

/**
 * Nodes of the last release go on while its database has this schema already: nothing that they use may go or change, and
 * nothing may be asked of them that they do not know. `npm run bench -- rolling-upgrade` shows the same with both programs.
 */
let orm: MikroORM;
let close: () => Promise<void>;
beforeAll(async () => {
  const config = loadConfig({ NODE_ENV: 'test', LOG_FILE: '', ...databaseVariables() });
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const silent = createLogger(config.logging, 'test', nowhere);
  ({ orm, close } = await openTestDatabase(config, silent));
});
beforeEach(async () => {
  await orm.migrator.up();
  await orm.migrator.down({ migrations: SINCE_RELEASE.toReversed() });
  await query('truncate table users, mail_outbox restart identity cascade');
});
afterAll(async () => {
  await orm.migrator.up();
  await query('truncate table users, mail_outbox, ended_sessions restart identity cascade');
  await close();
});

const query = (sql: string): Promise<object[]> => orm.em.getConnection().execute<object[]>(sql, [], 'all');

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: string;
  readonly default: string | null;
}

const columns = (): Promise<Column[]> =>
  query(
    `select table_name || '.' || column_name as name, is_nullable as nullable, column_default as default,
       concat_ws(' ', data_type, character_maximum_length, numeric_precision, numeric_scale, identity_generation) as type
     from information_schema.columns
     where table_schema = current_schema() and table_name not like 'mikro_orm%' order by 1`,
  ) as Promise<Column[]>;

/** Whatever can refuse a row: checks, keys, foreign keys, unique indexes, triggers that run before. */
const refusals = async (): Promise<string[]> => {
  const rows = (await query(
    `select conrelid::regclass || ' ' || pg_get_constraintdef(oid) as words from pg_constraint
       where connamespace = current_schema()::regnamespace and conrelid <> 0
     union all select indexrelid::regclass || ' ' || pg_get_indexdef(indexrelid) from pg_index
       where indisunique and indrelid in (select oid from pg_class where relnamespace = current_schema()::regnamespace)
     union all select tgrelid::regclass || ' ' || pg_get_triggerdef(oid) from pg_trigger
       where not tgisinternal and tgtype & 2 = 2 order by 1`,
  )) as { words: string }[];
  return rows.map(({ words }) => words);
};

it('should leave every column that the last release knows as it was, and ask for no others', async () => {
  const before = await columns();
  await orm.migrator.up();
  const after = await columns();
  const known = new Set(before.map(({ name }) => name));
  expect(after.filter(({ name }) => known.has(name))).toEqual(before);
  const tables = new Set(before.map(({ name }) => name.split('.')[0]));
  const asked = after.filter(
    (column) =>
      !known.has(column.name) &&
      tables.has(column.name.split('.')[0]) &&
      column.nullable === 'NO' &&
      column.default === null,
  );
  expect(asked).toEqual([]);
});

it('should refuse nothing that the last release may write', async () => {
  const tables = new Set((await columns()).map(({ name }) => name.split('.')[0]!));
  const before = new Set(await refusals());
  await orm.migrator.up();
  const added = (await refusals()).filter((words) => !before.has(words));
  expect(added.filter((words) => tables.has(words.split(/[ .]/)[0]!))).toEqual([]);
});

/** Everything the last release writes, in its own words, from a registration to the deletion of the account. */
const WRITES = [
  `insert into users (id, email, hashed_password, created_at, updated_at, awaits_verification)
     values (1, 'old@example.com', 'none', now(), now(), true)`,
  `insert into sessions (id, user_id, created_at, last_used_at, expires_at, ip_address, user_agent, opened_by)
     select gen_random_uuid(), 1, now(), now(), now() + interval '30 days', '192.0.2.1', 'old', 'login'
     from generate_series(1, 3)`,
  `insert into refresh_tokens (token_hash, session_id, issued_at) select sha256(id::text::bytea), id, now() from sessions`,
  `insert into refresh_tokens (token_hash, session_id, issued_at)
     select sha256((id || 'next')::bytea), id, now() from sessions`,
  `update refresh_tokens set spent_at = now(), replaced_by = token_hash where issued_at < now()`,
  `update sessions set last_used_at = now(), expires_at = now() + interval '30 days'`,
  `insert into credit_accounts (user_id, balance, updated_at) values (1, 5, now())`,
  `insert into credit_transactions
     (user_id, amount, transaction_type, reference_id, new_balance, idempotency_key, request_hash, created_at)
     values (1, 5, 'credit_added', 'order', 5, 'key', '\\x00', now())`,
  `update credit_accounts set balance = 4, updated_at = now()`,
  `insert into one_time_tokens (user_id, purpose, secret_hash, expires_at, created_at)
     values (1, 'verify_email', '\\x00', now(), now())`,
  `update one_time_tokens set attempts = attempts + 1, used_at = now()`,
  `insert into email_undos (id, user_id, old_email, new_email, was_verified, secret_hash, created_at, expires_at)
     values (gen_random_uuid(), 1, null, 'new@example.com', false, '\\x00', now(), now())`,
  `insert into mail_outbox ("to", template, locale, payload, created_at, next_attempt_at)
     values ('old@example.com', 'welcome', 'en', '{}', now(), now())`,
  `update mail_outbox set sent_at = now(), attempts = 1`,
  `update sessions set revoked_at = now() where id = (select id from sessions limit 1)`,
  `delete from sessions where id = (select id from sessions where revoked_at is null limit 1)`,
  `update users set is_active = false, updated_at = now()`,
  `update users set is_active = true, updated_at = now()`,
  `delete from users`,
];

it.each(['its own schema', 'this schema'])(
  'should take what the last release writes into %s',
  async (schema) => {
    if (schema === 'this schema') await orm.migrator.up();
    for (const statement of WRITES) await query(statement);
    expect(await query('select id from sessions')).toEqual([]);
  },
);
