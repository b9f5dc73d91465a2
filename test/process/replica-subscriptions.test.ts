/** @jest-environment node */
import { follow, liveClient, openSocket } from '../support/live';
import { describeWithPostgresql } from '../support/own-postgresql';
import { bookOne, historyOf, readByReplica, registered, Replicated } from '../support/replicated';
import { usePrograms } from '../support/server-process';

describeWithPostgresql('what subscribers list', () => {
  const set = new Replicated(usePrograms());
  beforeAll(() => set.create(), 60_000);
  afterAll(() => set.destroy());
  beforeEach(() => set.nextDatabase());

  it('should have all that was booked before they came', async () => {
    const [server, other] = [await set.node(), await set.node(set.primaryOnly)];
    const token = await registered(other);
    await readByReplica(server, token);
    await set.paused(async () => {
      await bookOne(other, token);
      expect(await historyOf(server, token)).toEqual([0, 0, '1.00']);
      const { socket } = await openSocket(server, token);
      expect(await historyOf(server, token)).toEqual([1, 1, '1.00']);
      socket.terminate();
    });
  });

  it('should have what they were told of', async () => {
    const [server, other] = [await set.node(), await set.node(set.primaryOnly)];
    const tokens = [await registered(other), await registered(other, 'bob@example.com')];
    const clients = tokens.map((token) => liveClient(server, () => token));
    const feeds = clients.map((client) => follow(client, 'subscription { creditEvents { id } }'));
    // Until what was asked for at the start is no longer remembered.
    for (const token of tokens) await readByReplica(server, token);
    await set.paused(async () => {
      await Promise.all(tokens.map((token) => bookOne(other, token)));
      for (const { events } of feeds) await events.atLeast(1);
      for (const token of tokens) expect(await historyOf(server, token)).toEqual([1, 1, '1.00']);
    });
    for (const { stop } of feeds) stop();
    for (const client of clients) await client.dispose();
  });
});
