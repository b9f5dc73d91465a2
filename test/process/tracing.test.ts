/** @jest-environment node */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Collector, type CollectedSpan } from '../support/collector';
import { Programs, type LogLine } from '../support/server-process';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT_ID = '00f067aa0ba902b7';
const PASSWORD = 'Correct-Horse-7';
const EMAIL = 'ann@example.com';
const LOGIN =
  'mutation Invented($i: LoginInput!) { mine: login(input: $i) { tokens { accessToken refreshToken } } }';

const redisUrl = process.env['TEST_REDIS_URL'];
const redis = redisUrl ? { REDIS_URL: redisUrl, RATE_LIMIT_ENABLED: 'true' } : {};

// The exporter loads parts of itself in a way that Jest cannot follow, so the server is a process of its own.
const collector = new Collector();
const programs = new Programs();
let spans: CollectedSpan[] = [];
let logged: readonly LogLine[] = [];
const secrets = [PASSWORD, EMAIL];

beforeAll(async () => {
  await collector.start();
  await programs.open();
  const server = await programs
    .server({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${collector.host}/base`,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=of%20the%20collector',
      OTEL_SERVICE_NAME: 'auth',
      ...redis,
    })
    .ready();
  await server.register(EMAIL, PASSWORD);
  const headers = {
    'content-type': 'application/json',
    traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`,
    'x-request-id': 'traced',
  };
  const variables = { i: { identifier: EMAIL, password: PASSWORD } };
  const body = JSON.stringify({ query: LOGIN, variables });
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
  const { data } = (await response.json()) as {
    data: { mine: { tokens: { accessToken: string; refreshToken: string } } };
  };
  const { accessToken, refreshToken } = data.mine.tokens;
  secrets.push(...accessToken.split('.').slice(1), refreshToken);
  await fetch(`${server.url}/nothing?password=${PASSWORD}`, { headers: { traceparent: 'no such thing' } });
  await server.graphql('mutation ($e: String!) { requestPasswordReset(email: $e) }', { e: EMAIL });
  await server.logged('mail_sent');
  await server.kill('SIGTERM');
  logged = server.logLines;
  ({ spans } = collector);
}, 60_000);
afterAll(async () => {
  await programs.close();
  await collector.stop();
});

const named = (pattern: RegExp): CollectedSpan[] => spans.filter(({ name }) => pattern.test(name));
const ofRequest = (): CollectedSpan[] => spans.filter(({ traceId }) => traceId === TRACE_ID);

it('should send what is left when it stops, where and how the collector wants it', () => {
  expect(new Set(collector.received.map(({ path }) => path))).toEqual(new Set(['/base/v1/traces']));
  expect(collector.received[0]?.headers['api-key']).toBe('of the collector');
  expect(collector.text).toContain('"service.name","value":{"stringValue":"auth"}');
});

it('should go on with the trace of the caller, from the request to the statements', () => {
  const byId = new Map(ofRequest().map((span) => [span.spanId, span]));
  const [request] = ofRequest().filter(({ parentSpanId }) => parentSpanId === PARENT_ID);
  expect(request?.name).toBe('POST /graphql');
  const [operation] = ofRequest().filter(({ name }) => name === 'mutation login');
  expect(operation?.parentSpanId).toBe(request?.spanId);
  const statements = ofRequest().filter((span) => JSON.stringify(span.attributes).includes('db.system.name'));
  expect(statements.length).toBeGreaterThan(2);
  for (const statement of statements) {
    const names: string[] = [];
    let span: CollectedSpan | undefined = statement;
    while (span) {
      names.unshift(span.name);
      span = byId.get(span.parentSpanId ?? '');
    }
    expect(names.slice(0, 2)).toEqual(['POST /graphql', 'mutation login']);
  }
});

it('should begin a trace of its own where the header is none', () => {
  const [request] = named(/^GET unknown$/);
  expect(request?.traceId).toMatch(/^[\da-f]{32}$/);
  expect(request?.parentSpanId ?? '').toBe('');
});

it('should trace mails, and Redis where there is one', () => {
  expect(named(/^mail send$/).length).toBeGreaterThan(0);
  if (redisUrl) expect(named(/^redis increment$/).length).toBeGreaterThan(0);
});

it('should put trace and span into the lines of the request', () => {
  const lines = logged.filter((line) => line['request_id'] === 'traced');
  expect(lines.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['request_start', 'login_succeeded', 'request_end']),
  );
  const spanIds = new Set(ofRequest().map(({ spanId }) => spanId));
  for (const line of lines) {
    expect([line['event'], line['trace_id']]).toEqual([line['event'], TRACE_ID]);
    expect(spanIds).toContain(line['span_id']);
  }
});

it('should tell the collector no secret, no address and no name that a client invents', () => {
  expect(collector.text.length).toBeGreaterThan(1_000);
  expect([...secrets, 'Invented', 'mine'].filter((secret) => collector.text.includes(secret))).toEqual([]);
});

it('should load none of its parts unless OTEL_EXPORTER_OTLP_ENDPOINT is set, and stop without a collector', async () => {
  const loadedBy = async (variables: Readonly<Record<string, string>>): Promise<string[]> => {
    const list = path.join(programs.directory, 'loaded.json');
    const probe = path.join(programs.directory, 'probe.cjs');
    writeFileSync(
      probe,
      `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(list)}, JSON.stringify(Object.keys(require.cache))));`,
    );
    const server = await programs.server({ NODE_OPTIONS: `--require ${probe}`, ...variables }).ready();
    await server.tokenError('none');
    expect((await server.kill('SIGTERM')).code).toBe(0);
    const files = JSON.parse(readFileSync(list, 'utf8')) as string[];
    // prom-client asks the API, which does nothing by itself, for the trace of an exemplar.
    return files.filter((file) => /opentelemetry\/(?!api\/)|otlp-tracer/.test(file));
  };
  expect(await loadedBy({})).toEqual([]);
  const traced = await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  expect(traced.length).toBeGreaterThan(10);
}, 60_000);
