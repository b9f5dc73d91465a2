import { UsageError } from '../../src/cli/usage-error';
import { parseUserCommand } from '../../src/cli/user-command';

describe('parseUserCommand', () => {
  it.each([
    [['create']],
    [['create', 'a@example.com', 'b@example.com']],
    [['create', 'a@example.com', '--role', 'king']],
    [['promote', 'bob', '--role', 'user']],
    [['disable', 'bob', '--role', 'user']],
    [['list', 'bob']],
    [['erase', 'bob']],
    [['list', '--unknown']],
    [[]],
  ])('should refuse %j', (args) => {
    expect(() => parseUserCommand(args)).toThrow(UsageError);
  });

  it('should make administrators and plain users unless a role is named', () => {
    expect(parseUserCommand(['promote', 'bob'])).toEqual({
      name: 'promote',
      identifier: 'bob',
      role: 'admin',
    });
    expect(parseUserCommand(['demote', 'bob'])).toEqual({ name: 'demote', identifier: 'bob', role: 'user' });
    expect(parseUserCommand(['demote', 'bob', '--role', 'moderator'])).toMatchObject({ role: 'moderator' });
  });
});
