import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** For localhost, made on the spot: a checked-in one would expire. */
export function makeCertificate(): Certificate {
  const directory = mkdtempSync(path.join(tmpdir(), 'certificate-'));
  try {
    const [key, cert] = ['key', 'cert'].map((name) => path.join(directory, `${name}.pem`)) as [
      string,
      string,
    ];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export interface SmtpSinkOptions {
  /** TLS from the first byte; otherwise STARTTLS is offered. */
  readonly secure?: boolean;
}

export const SMTP_USER = { username: 'mailer', password: 'secret of the mailer' };

/** A real SMTP server with TLS and AUTH, that misbehaves on demand. */
export class SmtpSink {
  readonly certificate = makeCertificate();
  /** What it has taken responsibility for. */
  readonly accepted: (Email & { readonly recipient: string; readonly secure: boolean })[] = [];
  /** How often each recipient was tried. */
  readonly tries = new Map<string, number>();
  /** Answers `RCPT TO`, by try, with a code and a text; undefined accepts. */
  answerTo: (recipient: string, attempt: number) => [number, string] | undefined = () => undefined;
  /** True cuts the connection while the text of the mail is on its way. */
  cutsDuring: (recipient: string, attempt: number) => boolean = () => false;
  /** Keeps the client waiting for the answer to its mail. */
  beforeAccepting: () => Promise<void> = async () => undefined;
  readonly #server: SMTPServer;

  constructor(options: SmtpSinkOptions = {}) {
    this.#server = new SMTPServer({
      ...this.certificate,
      secure: options.secure ?? false,
      authMethods: ['PLAIN'],
      onAuth: (auth, _session, done) => {
        const isRight = auth.username === SMTP_USER.username && auth.password === SMTP_USER.password;
        done(isRight ? null : new Error('wrong password'), isRight ? { user: auth.username } : undefined);
      },
      onRcptTo: ({ address }, _session, done) => {
        const attempt = (this.tries.get(address) ?? 0) + 1;
        this.tries.set(address, attempt);
        const answer = this.answerTo(address, attempt);
        done(answer ? Object.assign(new Error(answer[1]), { responseCode: answer[0] }) : null);
      },
      onData: (stream, session, done) => {
        const recipient = session.envelope.rcptTo[0]?.address ?? '';
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        if (this.cutsDuring(recipient, this.tries.get(recipient) ?? 0)) {
          for (const connection of this.#server.connections)
            if (connection.id === session.id) connection.close();
          return;
        }
        stream.on('end', () => {
          void this.#accept(Buffer.concat(chunks), recipient, session.secure).then(() => done());
        });
      },
    });
    this.#server.on('error', () => undefined);
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return (this.#server.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(resolve);
    });
  }

  to(recipient: string): SmtpSink['accepted'] {
    return this.accepted.filter((mail) => mail.recipient === recipient);
  }

  async #accept(raw: Buffer, recipient: string, secure: boolean): Promise<void> {
    await this.beforeAccepting();
    this.accepted.push({ ...(await PostalMime.parse(raw)), recipient, secure });
  }
}
