import type { AppParts } from '../../src/app';
import type { SmtpConfig } from '../../src/config';
import { SmtpTransport } from '../../src/infrastructure/mail/transports';
import { deliverMails } from '../support/mailbox';
import { givenUser } from '../support/people';
import { SMTP_USER, SmtpSink } from '../support/smtp-sink';
import { TestApp } from '../support/test-app';

interface OutboxRow {
  readonly state: 'pending' | 'sent' | 'failed';
  readonly attempts: number;
  readonly payload: unknown;
  readonly last_error: string | null;
}

/** A gateway whose mails go to an SMTP server of the test. */
function useSmtp(
  settings: { encryption: SmtpConfig['encryption']; password?: string },
  variables: Record<string, string> = {},
): { app: TestApp; sink: SmtpSink } {
  const app = new TestApp();
  const sink = new SmtpSink({ secure: settings.encryption === 'tls' });
  beforeAll(async () => {
    const port = await sink.start();
    const parts = (): Partial<AppParts> => {
      const { encryption, password = SMTP_USER.password } = settings;
      const credentials = { username: SMTP_USER.username, password };
      const config = { kind: 'smtp', host: 'localhost', port, encryption, credentials } as const;
      return { mailTransport: new SmtpTransport(config, { ca: sink.certificate.cert }) };
    };
    await app.start(variables, { parts });
  });
  afterAll(async () => {
    await app.stop();
    await sink.stop();
  });
  return { app, sink };
}

async function rowOf(app: TestApp, address: string): Promise<OutboxRow> {
  const rows = await app.app.database.read((em) =>
    em.execute<OutboxRow[]>(
      `select case when failed_at is not null then 'failed' when sent_at is not null then 'sent' else 'pending' end as state,
        attempts, payload, last_error from mail_outbox where "to" = ? order by id desc limit 1`,
      [address],
    ),
  );
  return rows[0]!;
}

describe.each(['starttls', 'tls'] as const)('SMTP with %s', (encryption) => {
  const { app, sink } = useSmtp({ encryption });

  it('should hand the mail over, encrypted and authenticated, in both forms', async () => {
    await givenUser(app, { email: 'ada@example.com', firstName: 'Ada' });
    await deliverMails(app);
    const [mail, ...others] = sink.to('ada@example.com');
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      secure: true,
      subject: 'Welcome to GraphQL Auth Gateway',
      from: { name: 'GraphQL Auth Gateway', address: 'noreply@localhost' },
      to: [{ address: 'ada@example.com' }],
    });
    expect(mail!.text).toContain('Hello Ada,');
    expect(mail!.html).toContain('Hello Ada,');
    expect(mail!.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
    );
  });

  it('should erase what the mail was made of once it is sent', async () => {
    await givenUser(app, { email: 'erased@example.com' });
    await deliverMails(app);
    expect(await rowOf(app, 'erased@example.com')).toMatchObject({ state: 'sent', payload: {}, attempts: 1 });
  });
});

describe('SMTP servers that do not cooperate', () => {
  const { app, sink } = useSmtp({ encryption: 'starttls' }, { MAIL_MAX_ATTEMPTS: '3' });
  beforeAll(() => {
    sink.answerTo = (recipient, attempt) => {
      if (recipient.startsWith('unknown')) return [550, 'no such user'];
      if (recipient.startsWith('never')) return [451, 'try again later'];
      return recipient.startsWith('grey') && attempt === 1 ? [451, 'greylisted'] : undefined;
    };
    sink.cutsDuring = (recipient, attempt) => recipient.startsWith('cut') && attempt === 1;
  });

  it('should give a refused recipient (550) up at once, visibly', async () => {
    await givenUser(app, { email: 'unknown@example.com' });
    await deliverMails(app);
    const row = await rowOf(app, 'unknown@example.com');
    expect(row).toMatchObject({ state: 'failed', attempts: 1 });
    expect(row.last_error).toContain('550');
    expect(app.logLines.join('')).toContain('"event":"mail_failed"');
  });

  it('should come back after greylisting (451), and be taken once', async () => {
    await givenUser(app, { email: 'grey@example.com' });
    await deliverMails(app);
    expect(await rowOf(app, 'grey@example.com')).toMatchObject({ state: 'pending', attempts: 1 });
    app.clock.advance({ seconds: 14 });
    await deliverMails(app);
    expect(sink.tries.get('grey@example.com')).toBe(1);
    app.clock.advance({ seconds: 17 });
    await deliverMails(app);
    expect(sink.to('grey@example.com')).toHaveLength(1);
    expect(await rowOf(app, 'grey@example.com')).toMatchObject({ state: 'sent', last_error: null });
  });

  it('should send again what was cut off in the middle, and only that', async () => {
    await givenUser(app, { email: 'cut@example.com' });
    await givenUser(app, { email: 'whole@example.com' });
    await deliverMails(app);
    expect(sink.to('cut@example.com')).toHaveLength(0);
    app.clock.advance({ seconds: 31 });
    await deliverMails(app);
    expect(sink.to('cut@example.com')).toHaveLength(1);
    expect(sink.to('whole@example.com')).toHaveLength(1);
  });

  it('should give up after the configured number of tries', async () => {
    await givenUser(app, { email: 'never@example.com' });
    for (let round = 0; round < 5; round += 1) {
      await deliverMails(app);
      app.clock.advance({ hours: 2 });
    }
    expect(await rowOf(app, 'never@example.com')).toMatchObject({ state: 'failed', attempts: 3 });
    expect(sink.tries.get('never@example.com')).toBe(3);
  });

  it('should keep no request waiting for a slow server', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let reached = (): void => undefined;
    const atServer = new Promise<void>((resolve) => (reached = resolve));
    sink.beforeAccepting = () => {
      reached();
      return held;
    };
    await givenUser(app, { email: 'slow@example.com' });
    const round = app.app.mailWorker.runRound();
    await atServer;
    await givenUser(app, { email: 'meanwhile@example.com' });
    expect(sink.to('slow@example.com')).toHaveLength(0);
    release();
    await round;
    await deliverMails(app);
    expect(sink.to('slow@example.com')).toHaveLength(1);
    expect(sink.to('meanwhile@example.com')).toHaveLength(1);
    expect(sink.tries.get('slow@example.com')).toBe(1);
  });
});

describe('SMTP with a wrong password', () => {
  const { app, sink } = useSmtp({ encryption: 'starttls', password: 'not-the-password' });

  it('should keep the mails for the day the configuration is mended, and not log the password', async () => {
    await givenUser(app, { email: 'patient@example.com' });
    await deliverMails(app);
    expect(await rowOf(app, 'patient@example.com')).toMatchObject({ state: 'pending', attempts: 1 });
    expect(sink.accepted).toEqual([]);
    expect(app.logLines.join('')).not.toContain('not-the-password');
  });
});

describe('SMTP without the encryption that is demanded', () => {
  const app = new TestApp();
  const sink = new SmtpSink();
  afterAll(async () => {
    await app.stop();
    await sink.stop();
  });

  it('should not speak to a server whose certificate nobody vouches for', async () => {
    const port = await sink.start();
    await app.start({ MAIL_SERVER: 'localhost', MAIL_PORT: String(port) });
    await givenUser(app, { email: 'secret@example.com' });
    await deliverMails(app);
    expect(await rowOf(app, 'secret@example.com')).toMatchObject({ state: 'pending' });
    expect(sink.tries.size).toBe(0);
  });
});
