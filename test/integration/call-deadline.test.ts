import { setTimeout as delay } from 'node:timers/promises';
import { useApp } from '../support/test-app';

const app = useApp({ CIRCUIT_BREAKER_CALL_TIMEOUT: '1' });

const CONFLICT = `do $$ begin raise exception 'could not serialize access' using errcode = '40001'; end $$`;

it('should commit nothing that a caller has heard has failed, whichever attempt it is of', async () => {
  let attempts = 0;
  let settled = (): void => undefined;
  const secondEnded = new Promise<void>((resolve) => (settled = resolve));
  const answer = app.app.database.unitOfWork(async (em) => {
    attempts += 1;
    try {
      await em.execute(
        `insert into rate_limits (key, points, expires_at) values ('test:late', 1, now() + interval '1 hour')`,
      );
      // Each attempt is in time, both together are not.
      await delay(600);
      if (attempts === 1) await em.execute(CONFLICT);
    } finally {
      if (attempts === 2) settled();
    }
  });
  await expect(answer).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(attempts).toBe(2);
  await secondEnded;
  // On the embedded database it waits for the transaction, and with a pool it may come before the commit would.
  await delay(100);
  expect(await app.rows(`select key from rate_limits where key = 'test:late'`)).toEqual([]);
});
