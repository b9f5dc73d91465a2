import { createHash } from 'node:crypto';
import { codeFor } from '../support/mailbox';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

async function verify(userId: string, code: string): Promise<string | undefined> {
  const { errors } = await app.graphql(
    'mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { id } }',
    { input: { userId, code } },
  );
  return errors[0]?.extensions.code;
}

async function givenCode(email: string): Promise<{ id: string; code: string; wrong: string[] }> {
  const { id } = await givenUser(app, { email });
  await app.graphql('mutation ($email: String!) { resendVerification(email: $email) }', { email });
  const code = await codeFor(app, email);
  const wrong = Array.from({ length: 10 }, (_none, index) =>
    String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0'),
  );
  return { id, code, wrong };
}

describe('somebody who guesses a verification code', () => {
  it('should have four wrong tries without harm', async () => {
    const { id, code, wrong } = await givenCode('four@example.com');
    for (const guess of wrong.slice(0, 4)) expect(await verify(id, guess)).toBe('INVALID_VERIFICATION_CODE');
    expect(await verify(id, code)).toBeUndefined();
  });

  it('should find the code dead after five, even with the right one', async () => {
    const { id, code, wrong } = await givenCode('five@example.com');
    for (const guess of wrong.slice(0, 5)) await verify(id, guess);
    expect(await verify(id, code)).toBe('INVALID_VERIFICATION_CODE');
  });

  it('should have no more tries when they come at the same moment', async () => {
    const { id, code, wrong } = await givenCode('parallel@example.com');
    await Promise.all(wrong.map((guess) => verify(id, guess)));
    const rows = await app.app.database.read((em) =>
      em.execute<{ attempts: number }[]>(
        "select attempts from one_time_tokens where user_id = ? and purpose = 'verify_email'",
        [id],
      ),
    );
    expect(rows).toEqual([{ attempts: 5 }]);
    expect(await verify(id, code)).toBe('INVALID_VERIFICATION_CODE');
  });

  it('should count tries that are no codes at all', async () => {
    const { id, code } = await givenCode('odd@example.com');
    for (const guess of ['', 'x', '1234567', '٣٤٥٦٧٨', 'null']) await verify(id, guess);
    expect(await verify(id, code)).toBe('INVALID_VERIFICATION_CODE');
  });

  it('should not use one account’s code for another, nor learn which accounts exist', async () => {
    const one = await givenCode('one@example.com');
    const two = await givenCode('two@example.com');
    if (one.code !== two.code) expect(await verify(two.id, one.code)).toBe('INVALID_VERIFICATION_CODE');
    for (const id of ['999999', '0', '-1', 'x', '9'.repeat(30)]) {
      expect(await verify(id, one.code)).toBe('INVALID_VERIFICATION_CODE');
    }
  });
});

describe('somebody who reads the database', () => {
  it('should find neither codes nor tokens there, nor a hash that gives a code away', async () => {
    const { id, code } = await givenCode('stored@example.com');
    const rows = await app.app.database.read((em) =>
      em.execute<{ secret_hash: Buffer }[]>('select secret_hash from one_time_tokens where user_id = ?', [
        id,
      ]),
    );
    const plain = createHash('sha256').update(code).digest();
    expect(Buffer.from(rows[0]!.secret_hash).equals(plain)).toBe(false);
    const outbox = await app.app.database.read((em) => em.execute('select * from mail_outbox'));
    expect(JSON.stringify(outbox)).not.toContain(code);
  });
});
