import 'reflect-metadata';
import { getRounds } from 'bcrypt';
import { User } from '../../src/features/identity';
import { PasswordThread } from '../../src/infrastructure/crypto/password-thread';
import { givenUser, PASSWORD } from '../support/people';
import { LIMITED, repeat, tryLogin } from '../support/attacks';
import { useApp } from '../support/test-app';

const app = useApp({ ...LIMITED, LOGIN_FREE_FAILURES: '3', BCRYPT_COST: '5' });
beforeEach(() => app.clock.advance({ hours: 2 }));
afterEach(() => jest.restoreAllMocks());

describe('finding out who has an account', () => {
  it.each([
    ['a wrong password', 'Wrong-Horse-8'],
    ['an empty password', ''],
    ['a password that bcrypt would cut', 'x'.repeat(73)],
    ['a password with a NUL', 'a\0a'],
    ['an invisible password', '\u200b'],
  ])('should not work by %s: same answer, same work', async (_kind, password) => {
    const { email } = await givenUser(app);
    const run = jest.spyOn(PasswordThread.prototype, 'run');
    const answers = [
      await tryLogin(app, { identifier: email, password }),
      await tryLogin(app, { identifier: 'nobody@example.com', password, from: '192.0.2.2' }),
    ];
    const [known, unknown] = answers.map(({ status, errors, headers }) => {
      const { message, extensions } = errors[0]!;
      const { timestamp: when, request_id: id, ...said } = extensions;
      expect([typeof when, typeof id]).toEqual(['string', 'string']);
      return { status, message, said, headers: [...headers.keys()].sort() };
    });
    expect(unknown).toEqual(known);
    expect(
      run.mock.calls.map(([task]) => [task.kind, task.kind === 'verify' && getRounds(task.hash)]),
    ).toEqual([
      ['verify', 5],
      ['verify', 5],
    ]);
  });

  it('should not work by the waits: strangers wait for unknown accounts too', async () => {
    const { email } = await givenUser(app);
    const story = async (identifier: string, from: string): Promise<unknown> => {
      const answers = await repeat(6, () => tryLogin(app, { identifier, from }));
      return answers.map(({ errors }) => [errors[0]?.extensions.code, errors[0]?.extensions.retry_after]);
    };
    expect(await story('nobody@example.com', '192.0.2.3')).toEqual(await story(email, '192.0.2.4'));
  });

  it('should not work by a disabled account: without its password it looks like any other', async () => {
    const { id, email } = await givenUser(app);
    await app.app.database.unitOfWork((em) => em.nativeUpdate(User, { id: Number(id) }, { isActive: false }));
    const wrong = await tryLogin(app, { identifier: email });
    expect(wrong.errors[0]?.extensions.code).toBe('INVALID_CREDENTIALS');
    const right = await tryLogin(app, { identifier: email, password: PASSWORD });
    expect(right.errors[0]?.extensions.code).toBe('ACCOUNT_DISABLED');
  });

  it('should not work by asking for others: known or not, they are forbidden', async () => {
    const { accessToken } = await givenUser(app);
    const other = await givenUser(app, { username: 'somebody' });
    const ask = async (selector: string): Promise<string | undefined> => {
      const { errors } = await app.graphql(`{ user(${selector}) { id } }`, {}, { token: accessToken });
      return errors[0]?.extensions.code;
    };
    const selectors = [`id: "${other.id}"`, 'id: "999999"', 'username: "somebody"', 'username: "nobody"'];
    expect(await repeat(4, (index) => ask(selectors[index]!))).toEqual(Array<string>(4).fill('FORBIDDEN'));
  });

  it('should not work by linking a username to an email address through their waits', async () => {
    const { email } = await givenUser(app, { username: 'linked' });
    await repeat(6, () => tryLogin(app, { identifier: email }));
    const { errors } = await tryLogin(app, { identifier: 'linked' });
    expect(errors[0]?.extensions.code).toBe('INVALID_CREDENTIALS');
  });
});
