import { redact, redactText, redactUrl } from '../../src/infrastructure/telemetry/redaction';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

describe('redact', () => {
  it.each([
    'password',
    'newPassword',
    'current_password',
    'hashedPassword',
    'MAIL_PASSWORD',
    'authorization',
    'Authorization',
    'cookie',
    'set-cookie',
    'refreshToken',
    'access_token',
    'token',
    'secret',
    'JWT_SECRET_KEY',
    'x-api-key',
    'code',
  ])('should mask %s at any depth', (key) => {
    expect(redact({ a: [{ [key]: 'value' }] })).toEqual({ a: [{ [key]: '***' }] });
    expect(redact({ [key]: { nested: 'value' } })).toEqual({ [key]: '***' });
  });

  it.each(['token_type', 'error_code', 'status_code', 'operation_name', 'identifier', 'max_tokens'])(
    'should leave %s',
    (key) => {
      expect(redact({ [key]: 'value' })).toEqual({ [key]: 'value' });
    },
  );

  it('should leave null, booleans and absence, which tell whether there was a secret', () => {
    expect(redact({ password: null, token: undefined, hasCookie: true })).toEqual({
      password: null,
      token: undefined,
      hasCookie: true,
    });
  });

  it('should mask a list of tokens, and count them', () => {
    expect(redact({ tokens: ['abc'] })).toEqual({ tokens: '***' });
    expect(redact({ tokens: 'abc' })).toEqual({ tokens: '***' });
    expect(redact({ tokens: 12 })).toEqual({ tokens: 12 });
    expect(redact({ tokens: { accessToken: 'abc', expiresIn: 1 } })).toEqual({
      tokens: { accessToken: '***', expiresIn: 1 },
    });
  });

  it('should end at what is too deep or goes round in circles', () => {
    const circle: Record<string, unknown> = {};
    circle['circle'] = circle;
    expect(JSON.stringify(redact(circle))).toContain('[...]');
  });

  it('should keep what an error says, but for tokens, down to its causes', () => {
    const error = new Error(`refused ${JWT}`, { cause: new TypeError('Bearer abc.def') });
    expect(redact({ error })).toEqual({
      error: {
        type: 'Error',
        message: 'refused eyJhbGciOi...',
        stack: expect.not.stringContaining(JWT) as string,
        cause: expect.objectContaining({ type: 'TypeError', message: 'Bearer ***' }) as unknown,
      },
    });
  });

  it('should keep what the database says, and not the statement with its values', () => {
    const said = 'duplicate key value violates unique constraint "users_email_unique"';
    const message = `insert into "users" ("email", "hashed_password") values ('a - b@example.com', '$2b$12$abc') - ${said}\n - detail: Key (email)=(a - b)`;
    const error = Object.assign(new Error(message), {
      code: '23505',
      severity: 'ERROR',
      detail: 'Key (email)=(a - b)',
      constraint: 'users_email_unique',
      driverMessage: said,
    });
    const text = JSON.stringify(redact({ error }));
    expect(text).toContain('duplicate key value violates unique constraint \\"users_email_unique\\"');
    expect(text).toContain('"code":"23505"');
    expect(text).toContain('"constraint":"users_email_unique"');
    expect(text).not.toMatch(/example\.com|\$2b|insert into|Key \(/);
  });

  it.each([
    [
      '22P02',
      'invalid input syntax for type bigint: "hunter2"',
      'invalid input syntax for type bigint: "***"',
    ],
    [
      '22003',
      'value "hunter2" is out of range for type integer',
      'value "***" is out of range for type integer',
    ],
    ['42601', 'syntax error at or near "hunter2"', 'syntax error at or near "***"'],
    ['22P02', 'invalid input: "a" hunter2 "b"', 'invalid input: "***"'],
    ['42P01', 'relation "users" does not exist', 'relation "users" does not exist'],
    ['57P01', 'terminating connection', 'terminating connection'],
    [undefined, 'Connection terminated unexpectedly', 'Connection terminated unexpectedly'],
  ])('should mask the values that the server quotes: %s %s', (code, said, shown) => {
    const error = new Error(`select 'hunter2' - ${said}`);
    Object.assign(error, { driverMessage: said, ...(code !== undefined && { code, severity: 'ERROR' }) });
    expect(redact(error)).toMatchObject({ message: shown });
    expect(JSON.stringify(redact(error))).not.toContain('hunter2');
  });

  it('should keep nothing of a message that nobody kept apart from its statement', () => {
    const error = Object.assign(new Error(`select 'hunter2' - Connection terminated`), {
      sqlState: undefined,
    });
    expect(redact(error)).toMatchObject({ message: '***' });
    expect(JSON.stringify(redact(error))).not.toContain('hunter2');
    const connecting = Object.assign(new Error('sorry, too many clients already'), { severity: 'FATAL' });
    expect(redact(connecting)).toMatchObject({ message: 'sorry, too many clients already' });
  });
});

describe('redactText', () => {
  it.each([
    [`a ${JWT} b`, 'a eyJhbGciOi... b'],
    ['Authorization: Bearer abc-123', 'Authorization: Bearer ***'],
    ['Basic YWRhOnB3', 'Basic ***'],
    ['postgresql://ada:p%40ss@db:5432/x', 'postgresql://ada:***@db:5432/x'],
    ['redis://:hunter2@cache:6379', 'redis://:***@cache:6379'],
    ['http://localhost:4000/graphql', 'http://localhost:4000/graphql'],
  ])('should make %j of it', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });
});

describe('redactUrl', () => {
  it.each([
    ['/a', '/a'],
    ['/a?x=1', '/a?x=1'],
    ['/a?password=hunter2&x=1', '/a?password=***&x=1'],
    ['/a?PassWord=hunter2', '/a?PassWord=***'],
    ['/a?pass%77ord=hunter2', '/a?password=***'],
    ['/a?password=hunter2&password=hunter3', '/a?password=***'],
    ['/a?token=t&code=123456', '/a?token=***&code=***'],
    ['/graphql?query=%7Bme%7D&variables=%7B%22p%22%3A%22x%22%7D', '/graphql?query=...&variables=...'],
    ['/a?x=%zz', '/a?x=%25zz'],
    [`/a/${JWT}`, '/a/eyJhbGciOi...'],
  ])('should make of %s %s', (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
  });
});
