import { MailRefusedError } from './mail-transport';
import type { MailPayload } from '../../foundation/mail';

export function reasonOf(error: unknown): string {
  const { message } = error as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}

/** The same failure, should a server have repeated a code or a link of the mail in its complaint: values so named. */
export function withoutSecrets(error: unknown, values: MailPayload): Error {
  const secrets = Object.entries(values).flatMap(([name, value]) =>
    /code$|link$/i.test(name) && typeof value === 'string' ? [value] : [],
  );
  const tokens = secrets.flatMap((secret) => [secret, secret.slice(secret.lastIndexOf('=') + 1)]);
  const message = tokens.reduce((text, secret) => text.replaceAll(secret, '***'), reasonOf(error));
  return error instanceof MailRefusedError ? new MailRefusedError(message) : new Error(message);
}
