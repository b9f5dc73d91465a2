import { verifyLedger, type LedgerDifference, type LedgerSummary } from '../../src/features/credit';
import { book, statement } from '../support/credits';
import { givenUser, type Person } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

async function givenEntries(): Promise<Person> {
  const person = await givenUser(app);
  await book(app, person, 'addCredits', { amount: '9999999999.99' });
  await book(app, person, 'useCredits', { amount: '0.01' });
  return person;
}

async function verify(batchSize?: number): Promise<LedgerSummary> {
  return verifyLedger(app.app.database, (difference) => found.push(difference), batchSize);
}

const found: LedgerDifference[] = [];

beforeEach(() => {
  found.length = 0;
});

it('should find nothing in a sound ledger, in batches of any size', async () => {
  for (let person = 0; person < 5; person += 1) await givenEntries();
  for (const batchSize of [1, 2, 5, 100]) {
    expect(await verify(batchSize)).toEqual({ accounts: 5, entries: 10, differences: 0 });
  }
});

it('should find a balance that its entries do not explain, by a cent', async () => {
  const person = await givenEntries();
  await statement(app, 'update credit_accounts set balance = balance + 0.01 where user_id = ?', [person.id]);
  expect(await verify(1)).toMatchObject({ differences: 1 });
  expect(found).toEqual([
    {
      userId: Number(person.id),
      balance: '9999999999.99',
      entriesTotal: '9999999999.98',
      entries: 2,
      wrongNewBalances: 0,
    },
  ]);
  await statement(app, 'update credit_accounts set balance = balance - 0.01 where user_id = ?', [person.id]);
});

it('should find a balance without entries, and entries that only add up in the end', async () => {
  const [empty, smuggled] = [await givenUser(app), await givenEntries()];
  await statement(app, 'insert into credit_accounts (user_id, balance, updated_at) values (?, 1, now())', [
    empty.id,
  ]);
  await statement(
    app,
    `insert into credit_transactions (user_id, amount, transaction_type, new_balance, created_at)
     values (?, 1, 'credit_added', 7, now()), (?, 1, 'credit_used', 9999999999.98, now())`,
    [smuggled.id, smuggled.id],
  );
  await verify();
  expect(found).toMatchObject([
    { userId: Number(empty.id), balance: '1.00', entriesTotal: '0.00', entries: 0, wrongNewBalances: 0 },
    {
      userId: Number(smuggled.id),
      balance: '9999999999.98',
      entriesTotal: '9999999999.98',
      wrongNewBalances: 1,
    },
  ]);
});
