import { Client } from 'pg';
import { balanceOf, book } from '../support/credits';
import { describeOnPostgreSql } from '../support/on-postgresql';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

describeOnPostgreSql('an account that stays locked', (url) => {
  const app = useApp({ DB_LOCK_TIMEOUT_MS: '50', CIRCUIT_BREAKER_FAILURE_THRESHOLD: '1' });

  it('should be answered SERVICE_UNAVAILABLE after the limit, without opening the circuit breaker', async () => {
    const person = await givenUser(app);
    await book(app, person, 'addCredits', { amount: '5.00' });
    const other = new Client({ connectionString: url });
    await other.connect();
    await other.query('begin');
    await other.query('select 1 from credit_accounts where user_id = $1 for update', [person.id]);
    const { error } = await book(app, person, 'useCredits', { amount: '1.00' });
    await other.query('rollback');
    await other.end();

    expect(error?.extensions).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      http_status: 503,
      retry_after: 1,
    });
    expect(app.app.database.breaker.state).toEqual({ kind: 'closed', consecutiveFailures: 0 });
    expect(await balanceOf(app, person)).toBe('5.00');
    expect((await book(app, person, 'useCredits', { amount: '1.00' })).entry?.newBalance).toBe('4.00');
  });
});
