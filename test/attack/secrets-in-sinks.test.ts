import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { givenUser } from '../support/people';
import { LogstashServer } from '../support/logstash';
import { TestApp } from '../support/test-app';

const PASSWORD = 'Correct-Horse-7';
const TOKEN_START = 'eyJhbGciOi';

/** Where lines can end up, each read as whoever holds it would. */
describe.each(['json', 'text'] as const)('what the sinks of the log get, LOG_FORMAT=%s', (format) => {
  const app = new TestApp();
  const logstash = new LogstashServer();
  const secrets: string[] = [PASSWORD, 'Wrong-Guess-99'];
  let directory = '';
  let shown: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'sinks-'));
    const file = path.join(directory, 'app.log');
    await logstash.start();
    await app.start({
      LOG_FORMAT: format,
      LOG_FILE: file,
      ENABLE_LOGSTASH: 'true',
      SYSLOG_HOST: '127.0.0.1',
      SYSLOG_PORT: String(logstash.port),
      REFRESH_TOKEN_DELIVERY: 'cookie',
    });
    await signInAndMeetErrors();
    await app.stop();
    await logstash.received('the_last_line');
    shown = {
      console: app.logLines.join(''),
      file: readFileSync(file, 'utf8'),
      logstash: logstash.text,
    };
  });
  afterAll(async () => {
    await logstash.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function signInAndMeetErrors(): Promise<void> {
    const person = await givenUser(app, { password: PASSWORD });
    const login = 'mutation ($i: LoginInput!) { login(input: $i) { tokens { accessToken } } }';
    const { email } = person;
    await app.graphql(login, { i: { identifier: email, password: 'Wrong-Guess-99' } });
    const { data, headers } = await app.graphql<{ login: { tokens: { accessToken: string } } }>(login, {
      i: { identifier: email, password: PASSWORD },
    });
    const token = data?.login.tokens.accessToken ?? '';
    const refreshToken = headers.getSetCookie()[0]?.split(';')[0]?.split('=')[1] ?? '';
    expect([token.startsWith(TOKEN_START), refreshToken.length > 20]).toEqual([true, true]);
    secrets.push(...token.split('.').slice(1), refreshToken);
    await app.request(`/nothing?password=${PASSWORD}&access_token=${token}`);
    await app.graphql(
      '{ me { id } }',
      {},
      { token: `${token}x`, headers: { cookie: `refresh_token=${refreshToken}` } },
    );
    // As a library that logs through us might, with errors that hold what they failed at.
    const cause = new Error(`postgresql://gateway:${PASSWORD}@db/x refused Bearer ${token}`);
    app.logger.error(
      { error: new Error('no answer', { cause }), headers: { authorization: token } },
      'library',
    );
    app.logger.fatal({ deep: [{ new_password: PASSWORD }, { refreshToken }] }, `said ${token}`);
    app.logger.info('the_last_line');
  }

  it.each(['console', 'file', 'logstash'])('should tell no secret: %s', (sink) => {
    const text = shown[sink] ?? '';
    for (const event of ['request_end', 'login_failed', 'login_succeeded', 'library', 'the_last_line'])
      expect(text).toContain(event);
    // The stack of our own error, and a token's beginning, which tells two apart.
    expect(text).toMatch(/secrets-in-sinks\.test/);
    expect(text).toContain(`${TOKEN_START}...`);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('should be one JSON object a line for Logstash whatever people read, with names for levels', () => {
    const levels = new Set(logstash.lines.map(({ level }) => level));
    expect([...levels].sort()).toEqual(['CRITICAL', 'DEBUG', 'ERROR', 'INFO', 'WARNING']);
  });

  it('should name levels in the words of the documents, in the format that was asked for', () => {
    for (const sink of ['console', 'file']) {
      const text = shown[sink] ?? '';
      for (const level of ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']) expect(text).toContain(level);
      expect(text.includes('"event":"request_end"')).toBe(format === 'json');
    }
  });
});
