import { givenUser } from '../support/people';
import { deliverMails } from '../support/mailbox';
import { useApp } from '../support/test-app';

const app = useApp({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_GRAPHQL_REFRESH: '3/minute' });
const REFRESH = 'mutation ($t: String) { refresh(refreshToken: $t) { tokens { refreshToken } } }';

/** The value of a series, with its labels as they stand in the text; undefined where there is none. */
async function metric(name: string): Promise<number | undefined> {
  const { text } = await app.request('/metrics');
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
}

it('should tell what is running', async () => {
  const { text } = await app.request('/metrics');
  expect(text).toMatch(/^gateway_build_info\{version="\d+\.\d+\.\d+",node_version="v\d+[^"]*"\} 1$/m);
  expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(await metric('log_lines_dropped_total{sink="console"}')).toBe(0);
});

it('should tell of hashes, calls and connections', async () => {
  await givenUser(app);
  expect(await metric('password_hash_duration_seconds_count')).toBe(1);
  expect(await metric('password_hash_wait_seconds_bucket{le="+Inf"}')).toBe(1);
  expect(await metric('password_hash_queue_length')).toBe(0);
  expect(await metric('password_hash_refused_total{reason="full"}')).toBe(0);
  expect(
    await metric('database_call_duration_seconds_count{kind="unit_of_work",outcome="success"}'),
  ).toBeGreaterThan(0);
  expect(await metric('database_pool_connections{state="pending"}')).toBe(0);
  expect(await metric('circuit_breaker_open')).toBe(0);
});

it('should tell of refresh tokens that come back, and of what limits refuse', async () => {
  const person = await givenUser(app);
  await app.graphql(REFRESH, { t: person.refreshToken });
  app.clock.advance({ hours: 1 });
  await app.graphql(REFRESH, { t: person.refreshToken });
  expect(await metric('security_events_total{kind="refresh_token.reused"}')).toBe(1);
  expect(await metric('rate_limit_refusals_total{action="refresh"}')).toBeUndefined();
  // With the one that came back, five of which three are allowed.
  for (let count = 0; count < 4; count += 1) await app.graphql(REFRESH, { t: 'another' });
  expect(await metric('rate_limit_refusals_total{action="refresh"}')).toBe(2);
});

it('should tell of credits and of mails', async () => {
  const person = await givenUser(app);
  const add = 'mutation { addCredits(input: { amount: 100.50 }) { id } }';
  const { errors } = await app.graphql(add, {}, { token: person.accessToken });
  expect(errors).toEqual([]);
  expect(await metric('credits_booked_total{type="credit_added"}')).toBe(100.5);
  await deliverMails(app);
  await app.graphql('mutation ($e: String!) { requestPasswordReset(email: $e) }', { e: person.email });
  expect(await metric('mail_queue_length{state="due"}')).toBeGreaterThan(0);
  app.clock.advance({ minutes: 5 });
  expect(await metric('mail_queue_oldest_seconds')).toBe(300);
  await deliverMails(app);
  expect(await metric('mail_queue_length{state="due"}')).toBe(0);
  expect(await metric('mails_total{template="password_reset",outcome="sent"}')).toBe(1);
});
