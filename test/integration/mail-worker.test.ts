import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { OutgoingMail } from '../../src/infrastructure/mail/mail-transport';
import { deliverMails, mailTo } from '../support/mailbox';
import { givenUser } from '../support/people';
import { TestApp, useApp } from '../support/test-app';

/** How often each mail of the outbox is in each state. */
async function states(app: TestApp): Promise<{ sent: number; pending: number }> {
  const rows = await app.app.database.read((em) =>
    em.execute<{ sent: boolean }[]>('select sent_at is not null as sent from mail_outbox'),
  );
  const sent = rows.filter((row) => row.sent).length;
  return { sent, pending: rows.length - sent };
}

describe('the mail worker', () => {
  const sent: OutgoingMail[] = [];
  let send = async (mail: OutgoingMail): Promise<void> => void sent.push(mail);
  const app = useApp({}, () => ({ mailTransport: { send: (mail) => send(mail), close: () => undefined } }));
  beforeEach(() => {
    sent.length = 0;
    send = async (mail) => void sent.push(mail);
  });

  it('should send what is committed, and nothing of what is rolled back', async () => {
    await givenUser(app, { email: 'twice@example.com' });
    await expect(givenUser(app, { email: 'TWICE@example.com' })).rejects.toThrow('USER_ALREADY_EXISTS');
    await deliverMails(app);
    expect(sent.map(({ to }) => to)).toEqual(['twice@example.com']);
  });

  it('should leave a mail to whoever has claimed it, until the lease is over', async () => {
    await givenUser(app, { email: 'leased@example.com' });
    // A worker that claims and dies: what it took is still in the queue.
    await app.app.database.unitOfWork((em) =>
      em.execute(
        `update mail_outbox set attempts = 1, next_attempt_at = ? where "to" = 'leased@example.com'`,
        [new Date(app.clock.now().getTime() + 300_000)],
      ),
    );
    await deliverMails(app);
    expect(sent).toEqual([]);
    app.clock.advance({ minutes: 5 });
    await deliverMails(app);
    expect(sent.map(({ to }) => to)).toEqual(['leased@example.com']);
  });

  it('should give up a mail that kills whoever takes it', async () => {
    await givenUser(app, { email: 'poison@example.com' });
    await app.app.database.unitOfWork((em) =>
      em.execute(`update mail_outbox set attempts = 10 where "to" = 'poison@example.com'`),
    );
    await deliverMails(app);
    expect(sent).toEqual([]);
    const rows = await app.app.database.read((em) =>
      em.execute<{ failed_at: Date | null }[]>(
        `select failed_at from mail_outbox where "to" = 'poison@example.com'`,
      ),
    );
    expect(rows[0]?.failed_at).not.toBeNull();
  });

  it('should keep codes and links out of the queue, the errors and the log', async () => {
    await givenUser(app, { email: 'discreet@example.com' });
    await app.graphql('mutation { resendVerification(email: "discreet@example.com") }');
    await app.graphql('mutation { requestPasswordReset(email: "discreet@example.com") }');
    const secrets: string[] = [];
    send = (mail) => {
      secrets.push(...(mail.text.match(/(?<=token=)[\w-]+|(?<=^ {4})\d{6}$/gm) ?? []));
      return Promise.reject(new Error(`I will not take this: ${mail.text}`));
    };
    await deliverMails(app);
    // A code, the token of its link and of the link that disowns, and that of the reset.
    expect(secrets).toHaveLength(4);
    const rows = await app.app.database.read((em) => em.execute('select * from mail_outbox'));
    const written = JSON.stringify(rows) + app.logLines.join('');
    for (const secret of secrets) expect(written).not.toContain(secret);
    expect(written).toContain('I will not take this');
  });

  it('should be woken by what is committed, once it is started', async () => {
    const delivered = new Promise<string>((resolve) => {
      send = async ({ to }) => {
        if (to === 'woken@example.com') resolve(to);
      };
    });
    app.app.mailWorker.start();
    await givenUser(app, { email: 'woken@example.com' });
    expect(await delivered).toBe('woken@example.com');
    await app.app.mailWorker.stop();
    const lines = app.logLines.join('').split('\n');
    const line = lines.filter((text) => text.includes('"event":"mail_sent"')).at(-1);
    expect(line).not.toContain('request_id');
  });
});

describe('SendGrid', () => {
  const requests: { headers: Record<string, unknown>; body: Record<string, unknown> }[] = [];
  let status = 202;
  const app = new TestApp();
  let server: Server;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        requests.push({ headers: request.headers, body: JSON.parse(body) as Record<string, unknown> });
        response
          .writeHead(request.url === '/v3/mail/send' ? status : 404)
          .end('{"errors":[{"message":"no"}]}');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await app.start({ SENDGRID_API_KEY: 'SG.test-key', SENDGRID_URL: `http://127.0.0.1:${port}` });
  });
  afterAll(async () => {
    await app.stop();
    server.close();
  });

  it('should hand a mail over, without anybody tracking our links', async () => {
    await givenUser(app, { email: 'ada@example.com' });
    await deliverMails(app);
    expect(requests[0]).toMatchObject({
      headers: { authorization: 'Bearer SG.test-key' },
      body: {
        personalizations: [{ to: [{ email: 'ada@example.com' }] }],
        from: { email: 'noreply@localhost', name: 'GraphQL Auth Gateway' },
        subject: 'Welcome to GraphQL Auth Gateway',
        content: [{ type: 'text/plain' }, { type: 'text/html' }],
        tracking_settings: { click_tracking: { enable: false }, open_tracking: { enable: false } },
      },
    });
    expect(await states(app)).toEqual({ sent: 1, pending: 0 });
  });

  it.each([429, 500, 401])('should come back after %d', async (refusal) => {
    requests.length = 0;
    status = refusal;
    await givenUser(app);
    await deliverMails(app);
    status = 202;
    app.clock.advance({ seconds: 31 });
    await deliverMails(app);
    expect(requests).toHaveLength(2);
    expect(await states(app)).toMatchObject({ pending: 0 });
  });

  it('should give up a mail that it calls malformed', async () => {
    requests.length = 0;
    status = 400;
    await givenUser(app);
    await deliverMails(app);
    app.clock.advance({ hours: 2 });
    await deliverMails(app);
    expect(requests).toHaveLength(1);
    expect(app.logLines.join('')).not.toContain('SG.test-key');
  });
});

describe('MAIL_TEMPLATES_DIR', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'templates-'));
  mkdirSync(path.join(directory, 'texts'));
  writeFileSync(path.join(directory, 'welcome.text.liquid'), 'Our own words: {{ t.intro }}');
  writeFileSync(path.join(directory, 'texts', 'en.json'), '{"welcome":{"subject":"Ahoy"}}');
  const app = useApp({ MAIL_TEMPLATES_DIR: directory });
  afterAll(() => rmSync(directory, { recursive: true }));

  it('should replace files and single texts, and leave the rest', async () => {
    await givenUser(app, { email: 'ada@example.com' });
    const { text, html } = await mailTo(app, 'ada@example.com', 'Ahoy');
    expect(text).toContain('Our own words: Thank you for registering');
    expect(html).toContain('Your account is ready');
  });
});

describe('MAIL_TEMPLATES_DIR with a broken template', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'templates-'));
  writeFileSync(path.join(directory, 'welcome.html.liquid'), '{{ nothing.like.this }}');
  const app = new TestApp();
  afterAll(async () => {
    await app.stop();
    rmSync(directory, { recursive: true });
  });

  it('should stop the start', async () => {
    await expect(app.start({ MAIL_TEMPLATES_DIR: directory })).rejects.toThrow('undefined variable');
  });
});
