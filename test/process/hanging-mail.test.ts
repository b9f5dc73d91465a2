/** @jest-environment node */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { describeWithPostgresql, OwnPostgresql } from '../support/own-postgresql';
import { usePrograms, type Variables } from '../support/server-process';
import { SMTP_USER, SmtpSink } from '../support/smtp-sink';

/** Takes connections and says nothing, ever. */
class SilentServer {
  readonly sockets: Socket[] = [];
  readonly #server = createServer((socket) => void this.sockets.push(socket.on('error', () => undefined)));

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
  }
}

describeWithPostgresql('a mail server that takes connections and says nothing', () => {
  const programs = usePrograms();
  const postgresql = new OwnPostgresql();
  beforeAll(() => postgresql.create(), 30_000);
  afterAll(() => postgresql.destroy());

  it('should hold up no client and no stop, and lose no mail', async () => {
    const silent = new SilentServer();
    const sink = new SmtpSink();
    const variables = (port: number): Variables => ({
      DATABASE_URL: postgresql.url,
      REQUIRE_EMAIL_VERIFICATION: 'true',
      MAIL_SERVER: 'localhost',
      MAIL_PORT: String(port),
      MAIL_USERNAME: SMTP_USER.username,
      MAIL_PASSWORD: SMTP_USER.password,
      NODE_EXTRA_CA_CERTS: authority,
    });
    const authority = join(programs.directory, 'authority.pem');
    writeFileSync(authority, sink.certificate.cert);
    try {
      const server = await programs.server(variables(await silent.listen())).ready();
      const people = Array.from({ length: 3 }, (_, index) => `p${index}@example.com`);
      const register = `mutation ($input: RegisterInput!) { register(input: $input) { nextStep } }`;
      const tookMs: number[] = [];
      for (const email of people) {
        const startedAt = performance.now();
        const { code } = await server.graphql(register, { input: { email, password: 'Correct-Horse-7' } });
        expect(code).toBeNull();
        tookMs.push(performance.now() - startedAt);
        // From the second on, the first mail hangs.
        while (silent.sockets.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const longest = Math.max(...tookMs);
      process.stdout.write(
        `SMTP hangs: ${people.length} registrations, the longest took ${longest.toFixed(0)} ms\n`,
      );
      expect(longest).toBeLessThan(5_000);
      expect((await server.kill('SIGTERM')).code).toBe(0);

      const port = await sink.start();
      await postgresql.query('update mail_outbox set next_attempt_at = now()');
      await programs.server(variables(port)).ready();
      const recipients = (): Set<string> => new Set(sink.accepted.map(({ recipient }) => recipient));
      const deadline = performance.now() + 20_000;
      while (recipients().size < people.length && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 20));
      expect([...recipients()].sort()).toEqual(people);
    } finally {
      silent.close();
      await sink.stop();
    }
  });
});
