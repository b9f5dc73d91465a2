/** @jest-environment node */
import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { usePrograms, type ServerRun } from '../support/server-process';

/** Who waits looks by itself every two seconds; a signal is far sooner. */
const WITHIN_MS = 500;
const ROUNDS = 3;

describeWithPostgresql('streams of an account that a command disables', () => {
  const programs = usePrograms();
  const postgresql = new OwnPostgresql();
  beforeAll(() => postgresql.create(), 30_000);
  afterAll(() => postgresql.destroy());

  /** @returns with what resolves with the code when the stream is closed */
  async function follow(server: ServerRun, token: string): Promise<{ closed: Promise<[number]> }> {
    const sockets: WebSocket[] = [];
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols);
          sockets.push(this);
        }
      },
      lazy: false,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${token}` },
      onNonLazyError: () => undefined,
    });
    await new Promise<void>((resolve) => client.on('connected', () => resolve()));
    return { closed: once(sockets[0]!, 'close') as Promise<[number]> };
  }

  it('should end with the command, and not at the next look', async () => {
    const variables = { DATABASE_URL: postgresql.url };
    const server = await programs.server(variables).ready();
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = `ada${round}@example.com`;
      await server.register(name);
      const { closed } = await follow(server, await server.login(name));
      const command = programs.run('cli/user.js', ['disable', name], variables);
      expect((await command.ended).code).toBe(0);
      const endedAt = performance.now();
      const [code] = await closed;
      expect([code, performance.now() - endedAt < WITHIN_MS]).toEqual([4403, true]);
    }
  });
});
