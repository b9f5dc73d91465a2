import { Lease } from '../../src/infrastructure/housekeeping/lease';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const DAY_MS = 86_400_000;
const REFRESH = 'mutation ($t: String) { refresh(refreshToken: $t) { tokens { refreshToken } } }';

const app = useApp({
  HOUSEKEEPING_BATCH_SIZE: '2',
  HOUSEKEEPING_MAX_BATCHES: '3',
  METRICS_TOKEN: 'only-for-tests',
});
const round = () => app.app.housekeeper.runRound();
const agoOf = (days: number): Date => new Date(app.clock.now().getTime() - days * DAY_MS);

async function givenSession(userId: string, expiresAt: Date): Promise<string> {
  const [session] = await app.rows<{ id: string }>(
    `insert into sessions (id, user_id, created_at, last_used_at, expires_at, ip_address)
    values (gen_random_uuid(), ?, ?, ?, ?, '127.0.0.1') returning id`,
    [userId, agoOf(100), agoOf(100), expiresAt],
  );
  return session?.id ?? '';
}

async function givenRefreshToken(sessionId: string, issuedAt: Date, spentAt: Date | null): Promise<void> {
  await app.rows(
    `insert into refresh_tokens (token_hash, session_id, issued_at, spent_at)
    values (decode(md5(random()::text), 'hex'), ?, ?, ?)`,
    [sessionId, issuedAt, spentAt],
  );
}

beforeEach(async () => {
  await app.rows('truncate users, mail_outbox, rate_limits, leases restart identity cascade');
});

it('should remove sessions a day after their end, with their tokens, and no others', async () => {
  const person = await givenUser(app);
  const ended = await givenSession(person.id, agoOf(1.1));
  await givenRefreshToken(ended, agoOf(70), null);
  const lately = await givenSession(person.id, agoOf(0.9));
  expect(await round()).toMatchObject({ sessions: 1, refresh_tokens: 0 });
  const left = await app.rows<{ id: string }>('select id from sessions where created_at < ?', [agoOf(50)]);
  expect(left.map(({ id }) => id)).toEqual([lately]);
  expect(await app.rows('select 1 from refresh_tokens where session_id = ?', [ended])).toEqual([]);
});

it('should remove spent refresh tokens that would have expired, and leave what the session goes on with', async () => {
  const person = await givenUser(app);
  const [session] = await app.rows<{ id: string }>('select id from sessions');
  const old = agoOf(31);
  for (const [issuedAt, spentAt] of [
    [old, old],
    [old, null],
    [agoOf(29), agoOf(28)],
  ] as const)
    await givenRefreshToken(session?.id ?? '', issuedAt, spentAt);
  expect(await round()).toMatchObject({ refresh_tokens: 1, sessions: 0 });
  expect(await app.count('refresh_tokens')).toBe(3);
  const { errors } = await app.graphql(REFRESH, { t: person.refreshToken });
  expect(errors).toEqual([]);
});

it('should remove codes, links and records of changed addresses a week after they expired', async () => {
  const person = await givenUser(app);
  for (const [purpose, days] of [
    ['reset_password', 8],
    ['change_email', 6],
  ] as const)
    await app.rows(
      `insert into one_time_tokens (user_id, purpose, secret_hash, expires_at, created_at) values (?, ?, '', ?, ?)`,
      [person.id, purpose, agoOf(days), agoOf(days)],
    );
  await app.rows(`delete from one_time_tokens where purpose like 'verify%'`);
  const undo = `insert into email_undos (id, user_id, old_email, new_email, was_verified, secret_hash, created_at, expires_at)
    values (gen_random_uuid(), ?, 'old@example.com', ?, true, '', ?, ?)`;
  await app.rows(undo, [person.id, 'somewhere@example.com', agoOf(9), agoOf(8)]);
  await app.rows(undo, [person.id, 'else@example.com', agoOf(7), agoOf(6)]);
  // By this one the account is told from one that was made with the address it has not proven.
  await app.rows(undo, [person.id, person.email.toUpperCase(), agoOf(9), agoOf(8)]);
  await app.rows('update users set is_email_verified = false');
  expect(await round()).toMatchObject({ one_time_tokens: 1, email_undos: 1 });
  await app.rows('update users set is_email_verified = true');
  expect(await round()).toMatchObject({ one_time_tokens: 0, email_undos: 1 });
  expect(await app.rows('select new_email from email_undos')).toEqual([{ new_email: 'else@example.com' }]);
});

it('should remove counters whose window is over, and mails that nobody looks for', async () => {
  await app.rows(`insert into rate_limits (key, points, expires_at) values ('old', 1, ?), ('live', 1, ?)`, [
    agoOf(0.1),
    agoOf(-0.1),
  ]);
  const mail = `insert into mail_outbox ("to", template, locale, payload, created_at, next_attempt_at, sent_at, failed_at)
    values ('a@example.com', 'welcome', 'en', '{}', now(), now(), ?, ?)`;
  for (const [sent, failed] of [
    [agoOf(8), null],
    [agoOf(6), null],
    [null, agoOf(91)],
    [null, agoOf(89)],
    [null, null],
  ])
    await app.rows(mail, [sent, failed]);
  expect(await round()).toMatchObject({ rate_limits: 1, mails: 2 });
  expect([await app.count('rate_limits'), await app.count('mail_outbox')]).toEqual([1, 3]);
});

it('should take small batches, end a round after so many, and go on in the next', async () => {
  const person = await givenUser(app);
  for (let count = 0; count < 9; count += 1) await givenSession(person.id, agoOf(40));
  expect((await round())['sessions']).toBe(6);
  expect((await round())['sessions']).toBe(3);
});

it('should be done by one process at a time, and by another when that one is gone', async () => {
  const other = new Lease(app.app.database, 'housekeeping', 60);
  await round();
  expect(app.app.housekeeper.isHolder).toBe(true);
  expect(await other.take()).toBe(false);
  // Killed: it says no word, and its lease expires.
  await app.rows(`update leases set expires_at = now()`);
  expect(await other.take()).toBe(true);
  expect(await round()).toEqual({});
  expect(app.app.housekeeper.isHolder).toBe(false);
  await other.release();
  expect(await round()).toHaveProperty('sessions');
});

it('should show all of it in the metrics', async () => {
  const person = await givenUser(app);
  await givenSession(person.id, agoOf(40));
  const removedBefore = await metric('housekeeping_removed_total{task="sessions"}');
  await round();
  expect(await metric('housekeeping_removed_total{task="sessions"}')).toBe(removedBefore + 1);
  expect(await metric('housekeeping_holder')).toBe(1);
  expect(await metric('housekeeping_last_run_timestamp_seconds')).toBeGreaterThan(1_700_000_000);
});

async function metric(name: string): Promise<number> {
  const { text } = await app.request('/metrics', { headers: { authorization: 'Bearer only-for-tests' } });
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}
