import { describeOnPostgreSql } from '../support/on-postgresql';
import { givenUser, logIn } from '../support/people';
import { openSocket, started } from '../support/live';
import { TestApp } from '../support/test-app';

/** An ended session is to be gone from everywhere by then. */
const BOUND_MS = 150;

describeOnPostgreSql('subscriptions on two nodes of one database', () => {
  const [here, there] = [new TestApp(), new TestApp()];

  beforeAll(async () => {
    await here.start();
    await there.start({}, { keepRows: true });
  });

  afterAll(async () => {
    await there.stop();
    await here.stop();
  });

  it('should tell on one node what is booked on another', async () => {
    const ada = await givenUser(there);
    const socket = await openSocket(here, ada.accessToken);
    const query = 'subscription { creditEvents { transaction { newBalance } } }';
    await started(here, () => socket.subscribe('1', query));
    const startedAt = performance.now();
    await there.graphql(
      'mutation { addCredits(input: { amount: "5" }) { id } }',
      {},
      { token: ada.accessToken },
    );
    const [, event] = await socket.messages.atLeast(2);
    expect(event?.payload).toEqual({ data: { creditEvents: { transaction: { newBalance: '5.00' } } } });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    socket.socket.terminate();
  });

  it('should close a connection as soon as its session is revoked on another node', async () => {
    const ada = await givenUser(there);
    for (let round = 0; round < 5; round += 1) {
      const phone = await logIn(there, ada);
      const socket = await openSocket(here, phone.accessToken);
      await started(here, () => socket.subscribe('1', 'subscription { creditEvents { id } }'));
      await there.graphql('mutation { logout }', {}, { token: phone.accessToken });
      const answeredAt = performance.now();
      expect((await socket.closed).code).toBe(4403);
      expect(performance.now() - answeredAt).toBeLessThan(BOUND_MS);
    }
  });

  it('should find the other again after the connection was lost', async () => {
    const ada = await givenUser(there);
    const socket = await openSocket(here, ada.accessToken);
    await started(here, () =>
      socket.subscribe('1', 'subscription { creditEvents { transaction { amount } } }'),
    );
    await here.rows(
      "select pg_terminate_backend(pid) from pg_stat_activity where (query like '%pg_notify%' or query like 'listen %') and pid <> pg_backend_pid()",
    );
    await there.graphql(
      'mutation { addCredits(input: { amount: "5" }) { id } }',
      {},
      { token: ada.accessToken },
    );
    await socket.messages.atLeast(2);
    expect(here.events()).toContain('live_signals_lost');
    socket.socket.terminate();
  });
});
