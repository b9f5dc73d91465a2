import { book, statement, type Booked } from '../support/credits';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

it('should let an account be deleted while it is booked, without a deadlock or an entry left over', async () => {
  const codes = new Set<string | null>();
  for (let round = 0; round < 5; round += 1) {
    const person = await givenUser(app);
    if (round > 0) await book(app, person, 'addCredits', { amount: '5.00' });
    const bookings: Promise<Booked>[] = [];
    const send = (count: number): void => {
      for (let index = 0; index < count; index += 1) {
        const idempotencyKey = index % 2 === 0 ? `key-${index}` : null;
        bookings.push(book(app, person, 'addCredits', { amount: '1.00', idempotencyKey }));
        bookings.push(book(app, person, 'useCredits', { amount: '1.00', idempotencyKey }));
      }
    };
    send(10);
    const deletion = app.graphql(
      'mutation ($password: String!) { deleteAccount(password: $password) }',
      { password: person.password },
      { token: person.accessToken },
    );
    send(10);
    expect((await deletion).data).toEqual({ deleteAccount: true });
    for (const { code } of await Promise.all(bookings)) codes.add(code);
  }
  for (const code of codes) expect([null, 'INVALID_TOKEN', 'INSUFFICIENT_CREDITS']).toContain(code);
  expect(await statement(app, 'select user_id from credit_accounts')).toEqual([]);
  expect(await statement(app, 'select id from credit_transactions')).toEqual([]);
});
