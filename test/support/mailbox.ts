import path from 'node:path';
import { FolderTransport, type StoredMail } from '../../src/infrastructure/mail/transports';
import type { TestApp } from './test-app';

/** Sends everything that is due, until nothing is. */
export async function deliverMails(app: TestApp): Promise<void> {
  while ((await app.app.mailWorker.runRound()) > 0);
}

/** Each is a file to be parsed; what a test asks for is among the latest. */
const MAILS_LOOKED_AT = 60;

/** What somebody got, newest first, after everything that is due was sent. */
export async function mailsTo(app: TestApp, address: string): Promise<StoredMail[]> {
  await deliverMails(app);
  const all = await new FolderTransport(path.join(app.dataDir, 'outbox')).list(MAILS_LOOKED_AT);
  return all.filter(({ to }) => to === address);
}

export async function subjectsTo(app: TestApp, address: string): Promise<string[]> {
  return (await mailsTo(app, address)).map(({ subject }) => subject);
}

/** The newest mail to somebody whose subject holds these words. */
export async function mailTo(app: TestApp, address: string, words: string): Promise<StoredMail> {
  const mails = await mailsTo(app, address);
  const found = mails.find(({ subject }) => subject.includes(words));
  if (!found) throw new Error(`no mail "${words}" to ${address}: ${mails.map((m) => m.subject).join('; ')}`);
  return found;
}

/** The code of the newest verification mail. */
export async function codeFor(app: TestApp, address: string): Promise<string> {
  const { text } = await mailTo(app, address, 'verification code');
  return firstMatch(text, /^ {4}(\d{6})$/m);
}

/** The token in the link of the newest mail with these words in its subject. */
export async function tokenFor(app: TestApp, address: string, words: string): Promise<string> {
  const { text } = await mailTo(app, address, words);
  return firstMatch(text, /[?&]token=([A-Za-z0-9_-]+)/);
}

function firstMatch(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`nothing like ${pattern.source} in: ${text}`);
  return found;
}
