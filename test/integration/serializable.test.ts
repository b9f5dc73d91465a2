/** @jest-environment ./test/support/database-environment.ts */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { describeOnPostgreSql } from '../support/on-postgresql';
import { TestApp } from '../support/test-app';

const REGISTER = `mutation ($input: RegisterInput!) {
  register(input: $input) { tokens { accessToken refreshToken } }
}`;
const LOGIN = 'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }';
const REFRESH = 'mutation ($token: String) { refresh(refreshToken: $token) { tokens { refreshToken } } }';
const USE = 'mutation ($input: CreditInput!) { useCredits(input: $input) { newBalance } }';
const ADD = 'mutation ($input: CreditInput!) { addCredits(input: $input) { newBalance } }';
const PASSWORD = 'Correct-Horse-7';

interface Registered {
  readonly register: { readonly tokens: { readonly accessToken: string; readonly refreshToken: string } };
}

/** What distributed engines know instead of locks that are waited for: of transactions that meet, one wins. */
describeOnPostgreSql('where every transaction is serializable', (url) => {
  const app = new TestApp();

  async function setIsolation(value: string): Promise<void> {
    const database = new URL(url).pathname.slice(1);
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`alter database ${database} set default_transaction_isolation = ${value}`);
    await client.end();
  }

  beforeAll(async () => {
    await setIsolation("'serializable'");
    await app.start();
  });
  afterAll(async () => {
    await app.stop();
    await setIsolation('default');
  });

  async function register(email: string): Promise<Registered['register']['tokens']> {
    const { data } = await app.graphql<Registered>(REGISTER, { input: { email, password: PASSWORD } });
    return data!.register.tokens;
  }

  const codes = (answers: readonly { errors: readonly { extensions: { code: string } }[] }[]): string[] =>
    answers.map(({ errors }) => errors[0]?.extensions.code ?? 'ok').sort();

  it('should be so', async () => {
    expect(await app.rows('show default_transaction_isolation')).toEqual([
      { default_transaction_isolation: 'serializable' },
    ]);
  });

  it('should book whatever is asked for at once on one account, and not more than it holds', async () => {
    const { accessToken: token } = await register('books@example.com');
    const added = await Promise.all(
      Array.from({ length: 30 }, () =>
        app.graphql(ADD, { input: { amount: '1', idempotencyKey: randomUUID() } }, { token }),
      ),
    );
    expect(new Set(codes(added))).toEqual(new Set(['ok']));
    const used = await Promise.all(
      Array.from({ length: 20 }, () =>
        app.graphql(USE, { input: { amount: '2', idempotencyKey: randomUUID() } }, { token }),
      ),
    );
    expect(codes(used)).toEqual([
      ...Array.from({ length: 5 }, () => 'INSUFFICIENT_CREDITS'),
      ...Array.from({ length: 15 }, () => 'ok'),
    ]);
  });

  it('should give one registration and one conflict to two who want the same address', async () => {
    const input = { email: 'twice@example.com', password: PASSWORD };
    const answers = await Promise.all(Array.from({ length: 6 }, () => app.graphql(REGISTER, { input })));
    expect(codes(answers)).toEqual([...Array.from({ length: 5 }, () => 'USER_ALREADY_EXISTS'), 'ok']);
  });

  it('should give one successor to all who refresh with one token at once', async () => {
    const { refreshToken } = await register('refreshes@example.com');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        app.graphql<{ refresh: { tokens: { refreshToken: string } } }>(REFRESH, { token: refreshToken }),
      ),
    );
    expect(new Set(codes(answers))).toEqual(new Set(['ok']));
    expect(new Set(answers.map(({ data }) => data?.refresh.tokens.refreshToken)).size).toBe(1);
  });

  it('should open every session of one person who signs in many times at once', async () => {
    await register('signs-in@example.com');
    const input = { identifier: 'signs-in@example.com', password: PASSWORD };
    const answers = await Promise.all(Array.from({ length: 12 }, () => app.graphql(LOGIN, { input })));
    expect(new Set(codes(answers))).toEqual(new Set(['ok']));
  });

  it('should have met conflicts in all of this, or it would have shown nothing', () => {
    expect(app.events().filter((event) => event === 'database_conflict_retried').length).toBeGreaterThan(20);
  });
});
