/**
 * Two gateways share 1,000 mails, and one is killed on the way: `DATABASE_URL=postgresql://… npm run bench -- mail-crash`.
 * Empties mail_outbox in that database. Needs the build and a PostgreSQL server.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { SMTP_USER, SmtpSink } from '../test/support/smtp-sink';
import { startGateway } from './stage/gateway';

const MAILS = 1_000;
const FILL = `insert into mail_outbox ("to", template, locale, payload, created_at, next_attempt_at)
  select 'person' || n || '@example.com', 'welcome', 'en', '{"name":""}', now(), now()
  from generate_series(1, ${MAILS}) as n`;

async function count(client: Client, condition: string): Promise<number> {
  const { rows } = await client.query<{ n: string }>(
    `select count(*) as n from mail_outbox where ${condition}`,
  );
  return Number(rows[0]?.n);
}

async function main(): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL'];
  if (databaseUrl === undefined) throw new Error('DATABASE_URL must name a PostgreSQL database for this');
  const directory = mkdtempSync(path.join(tmpdir(), 'mail-crash-'));
  const sink = new SmtpSink();
  const port = await sink.start();
  writeFileSync(path.join(directory, 'ca.pem'), sink.certificate.cert);
  const variables = {
    DATABASE_URL: databaseUrl,
    MAIL_SERVER: 'localhost',
    MAIL_PORT: String(port),
    MAIL_USERNAME: SMTP_USER.username,
    MAIL_PASSWORD: SMTP_USER.password,
    NODE_EXTRA_CA_CERTS: path.join(directory, 'ca.pem'),
  };
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const [one, other] = await Promise.all([startGateway(variables), startGateway(variables)]);
  await client.query('delete from mail_outbox');

  const killAfter = randomInt(100, 900);
  const killed = new Promise<void>((resolve) => {
    sink.beforeAccepting = async () => {
      await delay(randomInt(1, 10));
      if (sink.accepted.length === killAfter) {
        void one.stop('SIGKILL').then(resolve);
      }
    };
  });
  const start = performance.now();
  await client.query(FILL);
  await killed;
  const pending = 'sent_at is null and failed_at is null';
  while ((await count(client, `${pending} and next_attempt_at <= now()`)) > 0) await delay(100);
  await delay(1_000);
  const leased = await count(client, pending);
  // What the dead one had claimed comes back when its lease ends; nobody waits five minutes here.
  await client.query(`update mail_outbox set next_attempt_at = now() where ${pending}`);
  while ((await count(client, pending)) > 0) await delay(100);
  const seconds = (performance.now() - start) / 1000;

  const times = Array.from(
    { length: MAILS },
    (_none, index) => sink.to(`person${index + 1}@example.com`).length,
  );
  const of = (n: number): number => times.filter((time) => time === n).length;
  process.stdout.write(
    `killed after ${killAfter} mails, ${leased} in its hands; ` +
      `delivered once ${of(1)}, twice ${of(2)}, never ${of(0)}, more often ${times.filter((n) => n > 2).length}; ` +
      `failed ${await count(client, 'failed_at is not null')}; ${seconds.toFixed(1)} s\n`,
  );
  await other.stop();
  await client.end();
  await sink.stop();
  rmSync(directory, { recursive: true });
}

void main();
