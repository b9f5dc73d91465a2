import { book } from '../support/credits';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp({ CREDITS_ADD_POLICY: 'admin' });

it('should let administrators add, and everybody use', async () => {
  const [person, admin] = [await givenUser(app), await givenUser(app)];
  await app.app.database.unitOfWork((em) =>
    em.execute("update users set role = 'admin' where id = ?", [admin.id]),
  );
  expect((await book(app, person, 'addCredits', { amount: '1' })).code).toBe('FORBIDDEN');
  const { entry } = await book(app, admin, 'addCredits', { amount: '1', userId: person.id });
  expect(entry?.newBalance).toBe('1.00');
  expect((await book(app, person, 'useCredits', { amount: '1' })).entry?.newBalance).toBe('0.00');
});

it('should not warn', () => {
  expect(app.logLines.some((line) => line.includes('everybody_may_add_credits'))).toBe(false);
});
