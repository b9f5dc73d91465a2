import { Client } from 'pg';
import { describeOnPostgreSql } from '../support/on-postgresql';
import { codesOf, givenUser, tokenError, type Person, type Tokens } from '../support/people';
import { useApp, type GraphQLAnswer } from '../support/test-app';

type Refreshed = GraphQLAnswer<{ refresh: { tokens: Tokens } }>;

describeOnPostgreSql('a refresh that meets another change of its session half way', (url) => {
  const app = useApp();
  let other: Client;

  beforeEach(async () => {
    other = new Client({ connectionString: url });
    await other.connect();
  });
  afterEach(() => other.end());

  function refresh(refreshToken: string): Promise<Refreshed> {
    return app.graphql(
      'mutation ($t: String) { refresh(refreshToken: $t) { tokens { accessToken refreshToken } } }',
      { t: refreshToken },
    );
  }

  /** Until some statement waits for what `other` has locked. */
  async function somebodyWaits(): Promise<void> {
    for (;;) {
      const { rows } = await other.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if (rows.length > 0) return;
    }
  }

  /** What a refresh answers that begins while these statements are not committed, and waits for them. */
  async function refreshDuring(person: Person, statements: readonly string[]): Promise<Refreshed> {
    await other.query('begin');
    for (const statement of statements) await other.query(statement, [person.id]);
    const answer = refresh(person.refreshToken);
    await somebodyWaits();
    await other.query('commit');
    return answer;
  }

  async function unspentOf({ id }: Person): Promise<number> {
    const rows = await app.rows(
      `select 1 from refresh_tokens t join sessions s on s.id = t.session_id
       where s.user_id = ? and t.spent_at is null`,
      [id],
    );
    return rows.length;
  }

  it('should exchange nothing once the session was ended', async () => {
    const person = await givenUser(app);
    const end = 'update sessions set revoked_at = now() where user_id = $1';
    expect(codesOf(await refreshDuring(person, [end]))).toEqual(['INVALID_TOKEN']);
    expect(await unspentOf(person)).toBe(1);
    expect(await tokenError(app, person.accessToken)).toBe('INVALID_TOKEN');
  });

  it('should exchange nothing once the account was disabled, which ends its sessions', async () => {
    const person = await givenUser(app);
    const answer = await refreshDuring(person, [
      'update users set is_active = false where id = $1',
      'update sessions set revoked_at = now() where user_id = $1',
    ]);
    expect(codesOf(answer)).toEqual(['INVALID_TOKEN']);
    expect(await unspentOf(person)).toBe(1);
  });

  it('should exchange nothing once the session or the account was deleted', async () => {
    for (const deletion of ['delete from sessions where user_id = $1', 'delete from users where id = $1']) {
      const person = await givenUser(app);
      expect(codesOf(await refreshDuring(person, [deletion]))).toEqual(['INVALID_TOKEN']);
      expect(await unspentOf(person)).toBe(0);
    }
  });

  it('should get the same successor when the token was spent meanwhile', async () => {
    const person = await givenUser(app);
    // Two rotations queue for the session: the second one finds the token spent by the first.
    await other.query('begin');
    await other.query('select 1 from sessions where user_id = $1 for update', [person.id]);
    const answers = [refresh(person.refreshToken), refresh(person.refreshToken)];
    await somebodyWaits();
    await other.query('commit');
    const [one, two] = await Promise.all(answers);
    expect(codesOf(one!)).toEqual([]);
    expect(two!.data?.refresh.tokens.refreshToken).toBe(one!.data?.refresh.tokens.refreshToken);
    expect(await unspentOf(person)).toBe(1);
  });

  it('should go through when the other change was taken back', async () => {
    const person = await givenUser(app);
    await other.query('begin');
    await other.query('update sessions set revoked_at = now() where user_id = $1', [person.id]);
    const answer = refresh(person.refreshToken);
    await somebodyWaits();
    await other.query('rollback');
    expect(codesOf(await answer)).toEqual([]);
    expect(await unspentOf(person)).toBe(1);
  });
});
