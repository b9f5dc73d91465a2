import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { FolderTransport } from '../../src/infrastructure/mail/transports';
import { deliverMails } from '../support/mailbox';
import { PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

async function registerCode(input: Record<string, string>): Promise<string | undefined> {
  const { errors } = await app.graphql(
    'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }',
    { input: { password: PASSWORD, ...input } },
  );
  return errors[0]?.extensions.code;
}

async function storedMails(): Promise<string[]> {
  await deliverMails(app);
  const directory = path.join(app.dataDir, 'outbox');
  const names = await readdir(directory).catch(() => []);
  return Promise.all(names.map((name) => readFile(path.join(directory, name), 'utf8')));
}

describe('somebody who smuggles headers into a mail', () => {
  it.each([
    'victim@example.com\r\nBcc: everybody@example.com',
    'victim@example.com%0d%0aBcc:everybody@example.com',
    'victim@example.com,everybody@example.com',
    'victim@example.com;everybody@example.com',
    '<victim@example.com>everybody@example.com',
    '"a\r\nBcc: x"@example.com',
    'victim@example.com\u2028Bcc: x',
    'victim@example.com everybody@example.com',
  ])('should be refused the address %j', async (email) => {
    expect(await registerCode({ email })).toBe('INVALID_INPUT');
    const { errors } = await app.graphql(
      'mutation ($email: String!) { requestPasswordReset(email: $email) }',
      {
        email,
      },
    );
    expect(errors[0]?.extensions.code).toBe('INVALID_INPUT');
    expect(await storedMails()).toEqual([]);
  });

  it('should be refused a name with a line break', async () => {
    const firstName = 'Ada\r\nBcc: everybody@example.com';
    expect(await registerCode({ email: 'ada@example.com', firstName })).toBe('INVALID_INPUT');
  });

  it('should not get an address with every allowed character out of its header', async () => {
    expect(await registerCode({ email: "a!#$%&'*+/=?^_`{|}~-b@example.com" })).toBeUndefined();
    const [mail] = await storedMails();
    const head = mail!.slice(0, mail!.indexOf('\r\n\r\n'));
    expect(head.match(/^(to|cc|bcc):/gim)).toEqual(['To:']);
    expect(head).toContain("a!#$%&'*+/=?^_`{|}~-b@example.com");
  });

  it('should not find a way even past the parsing: transports take an address, never text', async () => {
    const folder = new FolderTransport(path.join(app.dataDir, 'smuggled'));
    await folder.send({
      id: 1,
      messageId: '<1@localhost>',
      from: { name: 'Service\r\nBcc: everybody@example.com', address: 'noreply@localhost' },
      to: 'victim@example.com\r\nBcc: everybody@example.com',
      subject: 'Hello\r\nBcc: everybody@example.com',
      text: 'text',
      html: 'html',
    });
    const [name] = await readdir(path.join(app.dataDir, 'smuggled'));
    const mail = await readFile(path.join(app.dataDir, 'smuggled', name!), 'utf8');
    expect(mail.slice(0, mail.indexOf('\r\n\r\n'))).not.toMatch(/^bcc:/im);
  });
});
