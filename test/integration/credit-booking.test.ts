import { balanceOf, book, history, statement, type Operation } from '../support/credits';
import { givenUser, type Person } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

async function givenCredits(amount: string): Promise<Person> {
  const person = await givenUser(app);
  await book(app, person, 'addCredits', { amount });
  return person;
}

async function givenAdmin(): Promise<Person> {
  const person = await givenUser(app);
  await app.app.database.unitOfWork((em) =>
    em.execute("update users set role = 'admin' where id = ?", [person.id]),
  );
  return person;
}

describe('creditBalance', () => {
  it('should be 0.00 for a new user, since the account was made', async () => {
    const person = await givenUser(app);
    const createdAt = app.clock.now().toISOString();
    app.clock.advance({ minutes: 1 });
    const { data } = await app.graphql(
      '{ creditBalance { userId balance updatedAt } }',
      {},
      { token: person.accessToken },
    );
    expect(data).toEqual({ creditBalance: { userId: person.id, balance: '0.00', updatedAt: createdAt } });
  });

  it('should say when it last changed', async () => {
    const person = await givenUser(app);
    app.clock.advance({ minutes: 1 });
    await book(app, person, 'addCredits', { amount: '1' });
    const { data } = await app.graphql('{ creditBalance { updatedAt } }', {}, { token: person.accessToken });
    expect(data).toEqual({ creditBalance: { updatedAt: app.clock.now().toISOString() } });
  });

  it('should ask for a token', async () => {
    const { errors } = await app.graphql('{ creditBalance { balance } }');
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('addCredits and useCredits', () => {
  it('should answer the entry with the new balance', async () => {
    const person = await givenUser(app);
    const added = await book(app, person, 'addCredits', {
      amount: '100.50',
      referenceId: "it's ? \\ $1 ?? :x",
      description: 'line one\nline two 🎉',
    });
    expect(added.entry).toEqual({
      id: added.entry?.id,
      userId: person.id,
      amount: '100.50',
      type: 'CREDIT_ADDED',
      referenceId: "it's ? \\ $1 ?? :x",
      description: 'line one\nline two 🎉',
      createdAt: app.clock.now().toISOString(),
      newBalance: '100.50',
    });
    const used = await book(app, person, 'useCredits', { amount: '0.51' });
    expect(used.entry).toMatchObject({
      amount: '0.51',
      type: 'CREDIT_USED',
      referenceId: null,
      description: null,
      newBalance: '99.99',
    });
    expect(await balanceOf(app, person)).toBe('99.99');
    const { edges } = await history(app, person);
    expect(edges.map(({ node }) => node)).toEqual([used.entry, added.entry]);
  });

  it('should refuse to use more than there is and book nothing', async () => {
    const person = await givenCredits('10.00');
    const { error } = await book(app, person, 'useCredits', { amount: '10.01' });
    expect(error?.message).toMatch(/^Insufficient credits/);
    expect(error?.extensions).toMatchObject({
      code: 'INSUFFICIENT_CREDITS',
      error: 'InsufficientCreditsException',
      http_status: 400,
    });
    expect((await history(app, person)).totalCount).toBe(1);
    expect((await book(app, person, 'useCredits', { amount: '10.00' })).entry?.newBalance).toBe('0.00');
  });

  it('should refuse to use credits of somebody who never had any', async () => {
    const person = await givenUser(app);
    expect((await book(app, person, 'useCredits', { amount: '0.01' })).code).toBe('INSUFFICIENT_CREDITS');
  });

  it('should name every field that breaks a rule', async () => {
    const person = await givenUser(app);
    const { error } = await book(app, person, 'useCredits', {
      amount: '0',
      referenceId: 'r'.repeat(101),
      description: 'd'.repeat(1001),
      idempotencyKey: '',
    });
    expect(error?.extensions.details?.map(({ field }) => field)).toEqual([
      'amount',
      'referenceId',
      'description',
      'idempotencyKey',
    ]);
  });

  it('should take texts of the greatest length, counted in characters', async () => {
    const person = await givenUser(app);
    const input = {
      amount: '1',
      referenceId: '🎉'.repeat(100),
      description: '🎉'.repeat(1000),
      idempotencyKey: '🎉'.repeat(255),
    };
    const { entry } = await book(app, person, 'addCredits', input);
    expect(entry).toMatchObject({ referenceId: input.referenceId, description: input.description });
  });

  it('should refuse text that cannot be stored', async () => {
    const person = await givenUser(app);
    const { error } = await book(app, person, 'addCredits', { amount: '1', description: 'a\u0000b' });
    expect(error?.extensions.details?.map(({ field }) => field)).toEqual(['description']);
  });
});

describe("booking on another's account", () => {
  it.each<[Operation]>([['addCredits'], ['useCredits']])(
    'should let an administrator %s for somebody',
    async (operation) => {
      const admin = await givenAdmin();
      const person = await givenCredits('5.00');
      const { entry } = await book(app, admin, operation, { amount: '1.00', userId: person.id });
      const newBalance = operation === 'addCredits' ? '6.00' : '4.00';
      expect(entry).toMatchObject({ userId: person.id, newBalance });
      expect(await balanceOf(app, person)).toBe(newBalance);
      expect(await balanceOf(app, admin)).toBe('0.00');
    },
  );

  it.each<[Operation]>([['addCredits'], ['useCredits']])(
    'should tell an administrator that the user of %s is unknown',
    async (operation) => {
      const admin = await givenAdmin();
      for (const userId of ['999999', 'nobody', '0', '9007199254740993']) {
        const { code } = await book(app, admin, operation, { amount: '1.00', userId });
        expect([userId, code]).toEqual([userId, 'USER_NOT_FOUND']);
      }
    },
  );

  it('should forbid it to everybody else, whether the other exists or not', async () => {
    const person = await givenUser(app);
    const other = await givenCredits('5.00');
    for (const userId of [other.id, '999999', 'nobody']) {
      expect((await book(app, person, 'addCredits', { amount: '1', userId })).code).toBe('FORBIDDEN');
      expect((await book(app, person, 'useCredits', { amount: '1', userId })).code).toBe('FORBIDDEN');
    }
    expect(await balanceOf(app, other)).toBe('5.00');
  });

  it('should let anybody name themselves', async () => {
    const person = await givenUser(app);
    const { entry } = await book(app, person, 'addCredits', { amount: '1', userId: person.id });
    expect(entry?.userId).toBe(person.id);
  });
});

describe('the ledger in the database', () => {
  it('should refuse to change or delete an entry', async () => {
    const person = await givenCredits('5.00');
    for (const sql of [
      'update credit_transactions set amount = 1 where user_id = ?',
      'update credit_transactions set description = null where user_id = ?',
      'delete from credit_transactions where user_id = ?',
      'delete from credit_accounts where user_id = ?',
    ]) {
      await expect(statement(app, sql, [person.id])).rejects.toMatchObject({
        cause: { code: '23001' },
      });
    }
    expect((await history(app, person)).totalCount).toBe(1);
  });

  it('should refuse a negative balance, an amount of zero and an entry without an account', async () => {
    const person = await givenCredits('5.00');
    const entry = `insert into credit_transactions (user_id, amount, transaction_type, new_balance, created_at)
      values (?, ?, 'credit_added', ?, now())`;
    await expect(
      statement(app, 'update credit_accounts set balance = -0.01 where user_id = ?', [person.id]),
    ).rejects.toMatchObject({ cause: { code: '23514' } });
    for (const [userId, amount, newBalance, code] of [
      [person.id, '0', '5', '23514'],
      [person.id, '1', '-1', '23514'],
      ['999999', '1', '1', '23503'],
    ]) {
      await expect(statement(app, entry, [userId, amount, newBalance])).rejects.toMatchObject({
        cause: { code },
      });
    }
  });

  it('should go with its user', async () => {
    const person = await givenCredits('5.00');
    const { data } = await app.graphql(
      'mutation ($password: String!) { deleteAccount(password: $password) }',
      { password: person.password },
      { token: person.accessToken },
    );
    expect(data).toEqual({ deleteAccount: true });
    for (const table of ['credit_accounts', 'credit_transactions']) {
      expect(await statement(app, `select 1 from ${table} where user_id = ?`, [person.id])).toEqual([]);
    }
  });
});
