import { Collector } from '../support/collector';
import { givenUser } from '../support/people';
import { TestApp } from '../support/test-app';

const sentry = new Collector();
const app = new TestApp();
beforeAll(async () => {
  await sentry.start();
  await app.start({ SENTRY_DSN: `http://publickey@${sentry.host}/prefix/42` });
});
afterAll(async () => {
  await app.stop();
  await sentry.stop();
});

interface SentryEvent {
  readonly level: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly exception: {
    readonly values: readonly {
      readonly type: string;
      readonly value: string;
      readonly stacktrace: { readonly frames: readonly { readonly filename: string }[] };
    }[];
  };
}

it('should be told of an unexpected error, masked as in the log, and of nothing that is foreseen', async () => {
  const person = await givenUser(app);
  const { accessToken: token, password, email } = person;
  // Foreseen, each of them.
  await app.graphql('{ me { id } }', {}, { token: `${token}x` });
  await app.graphql('{ nothing }');
  await app.request('/nowhere');
  app.logger.warn({ error: new Error('a warning') }, 'mail_postponed');
  app.logger.error({ error: new Error('an outage') }, 'circuit_breaker_opened');

  await app.rows('alter table credit_transactions rename to elsewhere');
  try {
    const headers = { 'x-request-id': 'unforeseen' };
    const query = `query { creditTransactions(first: 1) { totalCount edges { node { id } } } }`;
    const { errors } = await app.graphql(query, {}, { token, headers });
    expect(errors[0]?.extensions.http_status).toBe(500);
  } finally {
    await app.rows('alter table elsewhere rename to credit_transactions');
  }
  const cause = new Error(`said "${token}" to postgresql://gateway:${password}@db/x`);
  app.logger.fatal({ error: new Error('the end', { cause }), password }, 'uncaught_exception');

  await sentry.count(2);
  expect(sentry.received).toHaveLength(2);
  const [{ path, headers, body } = { path: '', headers: {}, body: '' }] = sentry.received;
  expect(path).toBe('/prefix/api/42/envelope/');
  expect(headers['x-sentry-auth']).toContain('sentry_key=publickey');
  const events = sentry.received.map(
    ({ body: text }) => JSON.parse(text.split('\n')[2] ?? '') as SentryEvent,
  );
  const unforeseen = events.find(({ level }) => level === 'error');
  expect(unforeseen?.tags).toMatchObject({ request_id: 'unforeseen', event: 'graphql_error' });
  expect(unforeseen?.exception.values[0]?.value).toContain('credit_transactions');
  const fatal = events.find(({ level }) => level === 'fatal');
  expect(fatal?.exception.values.map(({ value }) => value)).toEqual([
    `said "${token.slice(0, 10)}..." to postgresql://gateway:***@db/x`,
    'the end',
  ]);
  const { frames = [] } = fatal?.exception.values[1]?.stacktrace ?? {};
  expect(frames.at(-1)?.filename).toContain('sentry.test');
  expect(body.split('\n')).toHaveLength(4);
  for (const secret of [password, token, email]) expect(sentry.text).not.toContain(secret);
});
