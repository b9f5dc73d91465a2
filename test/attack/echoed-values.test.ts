import { useApp } from '../support/test-app';

const app = useApp();
const LOGIN = 'mutation ($input: LoginInput!) { login(input: $input) { user { id } } }';
const SECRET = 'Sup3r;s3cret: at "x.y"; no';
const NUMBER = 4815162342;

/** A password in the wrong place must come back neither in the answer nor in the log. */
async function expectNoEcho(query: string, variables: unknown, ...reasons: RegExp[]): Promise<void> {
  app.logLines.length = 0;
  const { status, text } = await app.postRaw(JSON.stringify({ query, variables }));
  const seen = text + app.logLines.join('');
  expect(status).toBe(400);
  expect(text).toContain('"code":"BAD_REQUEST"');
  for (const part of ['Sup3r', 's3cret', String(NUMBER)]) expect(seen).not.toContain(part);
  for (const reason of reasons) expect(text.replaceAll('\\"', '"')).toMatch(reason);
}

describe('a value of the wrong type in a variable', () => {
  it.each([
    ['a number', NUMBER],
    ['a list', [SECRET]],
    ['an object', { [SECRET]: SECRET }],
  ])('should not be echoed when the password is %s', async (_name, password) => {
    const input = { identifier: 'ada@example.com', password };
    await expectNoEcho(LOGIN, { input }, /at "input.password"; String cannot represent/);
  });

  it.each([
    [
      'a field that is not defined',
      { identifier: 'a', password: SECRET, passwort: 1 },
      /"passwort" is not defined/,
    ],
    ['a field with a hostile name', { identifier: 'a', password: SECRET, 'x;y': 1 }, /Variable "\$input"/],
    ['a missing field', { identifier: 'a', passwort: SECRET }, /"password" of required type/],
    ['null', { identifier: SECRET, password: null }, /"String!" not to be null/],
    ['text instead of an object', SECRET, /Expected type "LoginInput" to be an object/],
  ])('should not be echoed for %s', async (_name, input, reason) => {
    await expectNoEcho(LOGIN, { input }, reason);
  });
});

describe('a value in the document', () => {
  it.each([
    [
      'a number for a password',
      `login(input: {identifier: "a", password: ${NUMBER}})`,
      /String cannot represent/,
    ],
    ['text for an object', 'login(input: "Sup3r")', /Expected value of type "LoginInput!"/],
    ['an unquoted password', 'login(input: {identifier: "a", password: Sup3r})', /String cannot represent/],
    ['a forgotten colon', 'login(input: {identifier: "a", password "Sup3r"})', /Syntax Error: Expected ":"/],
    ['a forgotten quote', 'login(input: {identifier: "a", password: "Sup3r})', /Syntax Error: Unterminated/],
    ['a block string', 'login(input: {identifier: "a", password """Sup3r"""})', /Syntax Error/],
    ['a number out of place', `login(input: {identifier: "a" ${NUMBER}})`, /Syntax Error/],
  ])('should not be echoed for %s', async (_name, field, reason) => {
    await expectNoEcho(`mutation { ${field} { user { id } } }`, {}, reason);
  });

  it('should not be echoed when a variable inside turns out null', async () => {
    app.logLines.length = 0;
    const query =
      'mutation ($i: String = "x") { login(input: {identifier: $i, password: "Sup3r"}) { user { id } } }';
    const { text } = await app.postRaw(JSON.stringify({ query, variables: { i: null } }));
    expect(text).toContain('"code":"BAD_REQUEST"');
    expect(text + app.logLines.join('')).not.toContain('Sup3r');
  });
});
