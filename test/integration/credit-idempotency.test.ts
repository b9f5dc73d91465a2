import { balanceOf, book, history, type Operation } from '../support/credits';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

const key = 'order-1:attempt';

it.each<[Operation]>([['addCredits'], ['useCredits']])(
  'should give a retry of %s the first answer and book nothing',
  async (operation) => {
    const person = await givenUser(app);
    await book(app, person, 'addCredits', { amount: '10.00' });
    const input = { amount: '3.00', referenceId: 'order-1', description: 'shoes', idempotencyKey: key };
    const first = await book(app, person, operation, input);
    await book(app, person, 'useCredits', { amount: '7.00' });
    app.clock.advance({ minutes: 1 });
    const retry = await book(app, person, operation, { ...input, amount: 3 });
    expect(first.entry).toBeDefined();
    expect(retry.entry).toEqual(first.entry);
    expect((await history(app, person)).totalCount).toBe(3);
  },
);

it('should know a retry of the booking that emptied the account', async () => {
  const person = await givenUser(app);
  await book(app, person, 'addCredits', { amount: '10.00' });
  const input = { amount: '10.00', idempotencyKey: key };
  const first = await book(app, person, 'useCredits', input);
  const retry = await book(app, person, 'useCredits', input);
  expect(retry.entry).toEqual(first.entry);
  const other = await book(app, person, 'useCredits', { ...input, amount: '9.00' });
  expect(other.code).toBe('IDEMPOTENCY_CONFLICT');
});

it.each([
  ['amount', { amount: '3.01' }],
  ['reference', { referenceId: 'order-2' }],
  ['description', { description: null }],
])('should refuse another %s under a key', async (_field, change) => {
  const person = await givenUser(app);
  const input = { amount: '3.00', referenceId: 'order-1', description: 'shoes', idempotencyKey: key };
  await book(app, person, 'addCredits', input);
  const { error } = await book(app, person, 'addCredits', { ...input, ...change });
  expect(error?.extensions).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', http_status: 409 });
  expect(await balanceOf(app, person)).toBe('3.00');
});

it('should keep the keys of operations and of users apart', async () => {
  const [person, other] = [await givenUser(app), await givenUser(app)];
  const input = { amount: '3.00', idempotencyKey: key };
  await book(app, person, 'addCredits', input);
  expect((await book(app, person, 'useCredits', input)).entry?.newBalance).toBe('0.00');
  expect((await book(app, other, 'addCredits', input)).entry?.newBalance).toBe('3.00');
});

it("should not take an administrator's booking for the user's own under the same key", async () => {
  const [person, admin] = [await givenUser(app), await givenUser(app)];
  await app.app.database.unitOfWork((em) =>
    em.execute("update users set role = 'admin' where id = ?", [admin.id]),
  );
  await book(app, person, 'addCredits', { amount: '10.00' });
  const input = { amount: '3.00', idempotencyKey: key };
  await book(app, person, 'useCredits', input);
  const { code } = await book(app, admin, 'useCredits', { ...input, userId: person.id });
  expect(code).toBe('IDEMPOTENCY_CONFLICT');
});

it('should leave no trace of a refused request under its key', async () => {
  const person = await givenUser(app);
  const input = { amount: '5.00', idempotencyKey: key };
  expect((await book(app, person, 'useCredits', input)).code).toBe('INSUFFICIENT_CREDITS');
  expect((await book(app, person, 'addCredits', { ...input, amount: '0' })).code).toBe('INVALID_INPUT');
  expect((await book(app, person, 'addCredits', { ...input, amount: '6.00' })).entry).toBeDefined();
  expect((await book(app, person, 'useCredits', { ...input, amount: '4.00' })).entry?.newBalance).toBe(
    '2.00',
  );
});

it('should book once however many retries run at the same moment', async () => {
  const person = await givenUser(app);
  const input = { amount: '5.00', idempotencyKey: key };
  const added = await Promise.all(Array.from({ length: 20 }, () => book(app, person, 'addCredits', input)));
  expect(new Set(added.map(({ entry }) => JSON.stringify(entry))).size).toBe(1);
  const used = await Promise.all(Array.from({ length: 20 }, () => book(app, person, 'useCredits', input)));
  expect(new Set(used.map(({ entry }) => JSON.stringify(entry))).size).toBe(1);
  expect(used[0]?.entry?.newBalance).toBe('0.00');
  expect((await history(app, person)).totalCount).toBe(2);
});

it('should give one booking and otherwise conflicts to different requests under one key at the same moment', async () => {
  const person = await givenUser(app);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      book(app, person, 'addCredits', { amount: String(index + 1), idempotencyKey: key }),
    ),
  );
  const booked = answers.filter(({ entry }) => entry);
  expect(booked).toHaveLength(1);
  expect(answers.filter(({ code }) => code === 'IDEMPOTENCY_CONFLICT')).toHaveLength(9);
  expect(await balanceOf(app, person)).toBe(booked[0]?.entry?.amount);
});
