import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDirectory } from '../../src/infrastructure/database/embedded/directory-lock';
import { ChildProcess } from '../support/child-process';
import { book, statement } from '../support/credits';
import { describeOnPostgreSql } from '../support/on-postgresql';
import { givenUser } from '../support/people';
import { useApp } from '../support/test-app';

async function run(variables: Readonly<Record<string, string>>): Promise<[number | null, string]> {
  const command = new ChildProcess('src/cli/verify-credits.ts', {
    JWT_SECRET_KEY: 'x'.repeat(32),
    ...variables,
  });
  return [await command.ended(), command.output];
}

it('should refuse to run beside a server on its embedded database', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'verify-'));
  const lock = await lockDirectory(directory);
  const [code, output] = await run({ DATA_DIR: directory });
  await lock.release();
  await rm(directory, { recursive: true, force: true });
  expect(output).toMatch(/^Not verified\. The embedded database in .* is in use by process \d+/);
  expect(code).toBe(2);
});

describeOnPostgreSql('credits:verify', (url) => {
  const app = useApp();

  it('should exit 0 on a sound ledger, and 1 with the difference printed on another, the server still running', async () => {
    const person = await givenUser(app);
    await book(app, person, 'addCredits', { amount: '5.00' });
    expect(await run({ DATABASE_URL: url })).toEqual([0, '1 accounts with 1 entries, 0 differences\n']);
    await statement(app, 'update credit_accounts set balance = 4.99 where user_id = ?', [person.id]);
    expect(await run({ DATABASE_URL: url })).toEqual([
      1,
      `user ${person.id}: balance 4.99, 1 entries add up to 5.00, 0 of them with a wrong new balance\n` +
        '1 accounts with 1 entries, 1 differences\n',
    ]);
  });
});
