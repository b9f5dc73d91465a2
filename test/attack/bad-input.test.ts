import { codesOf, givenUser, makeAdmin, PASSWORD } from '../support/people';
import { useApp } from '../support/test-app';

const app = useApp();

const REGISTER = 'mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }';
const LOGIN = 'mutation ($input: LoginInput!) { login(input: $input) { user { id } } }';

/** Nothing in this file may store anything or be told that the server failed. */
let rowsBefore: number[];
const countRows = () => Promise.all(['users', 'sessions', 'refresh_tokens'].map((table) => app.count(table)));
beforeEach(async () => {
  app.logLines.length = 0;
  rowsBefore = await countRows();
});
afterEach(async () => {
  expect(await countRows()).toEqual(rowsBefore);
  expect(app.logLines.filter((line) => /"level":"(ERROR|CRITICAL)"/.test(line))).toEqual([]);
});

describe('email', () => {
  it.each([
    ['nothing', ''],
    ['only spaces', '   '],
    ['no at sign', 'ada.example.com'],
    ['two at signs', 'ada@home@example.com'],
    ['no local part', '@example.com'],
    ['no domain', 'ada@'],
    ['no dot in the domain', 'ada@localhost'],
    ['an empty label', 'ada@example..com'],
    ['a leading dot', '.ada@example.com'],
    ['a space inside', 'ada lovelace@example.com'],
    ['a quoted local part', '"ada"@example.com'],
    ['a display name', 'Ada <ada@example.com>'],
    ['two addresses', 'ada@example.com,eve@example.com'],
    ['a header behind a line break', 'ada@example.com\r\nBcc: eve@example.com'],
    ['a NUL byte', 'ada\u0000@example.com'],
    ['a lone surrogate', 'ada\ud800@example.com'],
    ['look-alike letters', '\u0430da@example.com'],
    ['a right-to-left override', 'ada\u202e@example.com'],
    ['an address instead of a name', 'ada@[127.0.0.1]'],
    [
      '256 characters',
      `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(9)}.com`,
    ],
    ['a local part of 65 characters', `${'a'.repeat(65)}@example.com`],
  ])('should refuse %s', async (_name, email) => {
    const answer = await app.graphql(REGISTER, { input: { email, password: PASSWORD } });
    expect(codesOf(answer)).toEqual(['INVALID_INPUT']);
    expect(answer.errors[0]?.extensions.details?.map(({ field }) => field)).toEqual(['email']);
  });
});

describe('username', () => {
  it.each([
    ['nothing', ''],
    ['two characters', 'ab'],
    ['51 characters', 'a'.repeat(51)],
    ['a space inside', 'ada lovelace'],
    ['spaces around', ' ada '],
    ['a tab', 'ada\tl'],
    ['a NUL byte', 'ada\u0000'],
    ['a line break', 'ada\nlovelace'],
    ['an at sign', 'ada@example.com'],
    ['a full-width at sign', 'ada\uff20example.com'],
    ['a zero-width space', 'ada\u200bl'],
    ['a lone surrogate', 'ada\udc00'],
    ['a Cyrillic letter', '\u0430da1'],
    ['one character that NFKC makes eighteen of', '\ufdfa'.repeat(3)],
  ])('should refuse %s', async (_name, username) => {
    const answer = await app.graphql(REGISTER, {
      input: { email: 'new@example.com', password: PASSWORD, username },
    });
    expect(codesOf(answer)).toEqual(['INVALID_INPUT']);
    expect(answer.errors[0]?.extensions.details?.map(({ field }) => field)).toEqual(['username']);
  });
});

describe('other text', () => {
  it.each([
    ['a NUL byte in a password', { password: `${PASSWORD}\u0000` }, 'password'],
    ['a lone surrogate in a password', { password: `${PASSWORD}\ud800` }, 'password'],
    ['a password of 73 bytes', { password: `${PASSWORD}${'é'.repeat(29)}` }, 'password'],
    ['a NUL byte in a name', { firstName: 'A\u0000da' }, 'firstName'],
    ['an escape sequence in a name', { lastName: '\u001b[31mred' }, 'lastName'],
    ['a lone surrogate in a name', { lastName: 'x\udfff' }, 'lastName'],
  ])('should refuse %s', async (_name, input, field) => {
    const answer = await app.graphql(REGISTER, {
      input: { email: 'new@example.com', password: PASSWORD, ...input },
    });
    expect(codesOf(answer)).toEqual(['INVALID_INPUT']);
    expect(answer.errors[0]?.extensions.details?.map((detail) => detail.field)).toEqual([field]);
  });

  it.each([
    ['a NUL byte', 'ada\u0000', 'INVALID_INPUT'],
    ['a lone surrogate', 'ada\ud800', 'INVALID_INPUT'],
    ['nothing but spaces', '  ', 'INVALID_INPUT'],
    ['256 characters', 'a'.repeat(256), 'INVALID_INPUT'],
    ['a quote and SQL', "' or 1=1 --", 'INVALID_CREDENTIALS'],
    ['a LIKE pattern', '%@%', 'INVALID_CREDENTIALS'],
  ])('should refuse %s as the identifier of a login', async (_name, identifier, code) => {
    expect(codesOf(await app.graphql(LOGIN, { input: { identifier, password: PASSWORD } }))).toEqual([code]);
  });

  it.each([
    ['a NUL byte', `${PASSWORD}\u0000`],
    ['a lone surrogate', `${PASSWORD}\ud800`],
    ['73 bytes', 'a'.repeat(73)],
    ['nothing', ''],
  ])('should call a password of %s wrong at login, like any other', async (_name, password) => {
    const input = { identifier: 'nobody@example.com', password };
    expect(codesOf(await app.graphql(LOGIN, { input }))).toEqual(['INVALID_CREDENTIALS']);
  });

  it.each(['\u0000', 'a\u0000b', '\ud800', ''])(
    'should take %j for no refresh token',
    async (refreshToken) => {
      const answer = await app.graphql(
        'mutation ($t: String) { refresh(refreshToken: $t) { user { id } } }',
        {
          t: refreshToken,
        },
      );
      expect(codesOf(answer)).toEqual(['INVALID_TOKEN']);
    },
  );
});

describe('ids', () => {
  it('should find nobody for an administrator who asks with what cannot be stored', async () => {
    const admin = await givenUser(app);
    await makeAdmin(app, admin);
    rowsBefore = await countRows();
    const hostile = ['\u0000', 'a\u0000b', '\ud800', "' or 1=1 --", '', '9'.repeat(400), '-1', '1e3', '0'];
    for (const value of hostile) {
      for (const by of ['id: $v', 'username: $v']) {
        const type = by.startsWith('id') ? 'ID' : 'String';
        const answer = await app.graphql(
          `query ($v: ${type}) { user(${by}) { id } }`,
          { v: value },
          { token: admin.accessToken },
        );
        expect([value, by, codesOf(answer)]).toEqual([value, by, ['USER_NOT_FOUND']]);
      }
    }
  });

  it.each(['', '1', '\u0000', 'x'.repeat(36), '00000000-0000-0000-0000-00000000000g'])(
    'should refuse the session id %j',
    async (id) => {
      const person = await givenUser(app);
      rowsBefore = await countRows();
      const answer = await app.graphql(
        'mutation ($id: ID!) { revokeSession(id: $id) }',
        { id },
        { token: person.accessToken },
      );
      expect(codesOf(answer)).toEqual(['INVALID_INPUT']);
    },
  );
});
