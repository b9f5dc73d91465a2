import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { buildApp, type App, type AppParts } from '../../src/app';
import { loadConfig, type Config } from '../../src/config';
import { openLog, type Log, type Logger } from '../../src/infrastructure/telemetry/logger';
import { FakeClock } from './fake-clock';
import { expectDeclared } from './raised-errors';
import { databaseVariables, openTestDatabase } from './test-database';

export interface GraphQLAnswer<Data = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data | null;
  readonly errors: readonly GraphQLAnswerError[];
}

export interface GraphQLAnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly status: string;
    readonly error: string;
    readonly http_status: number;
    readonly timestamp: string;
    readonly request_id: string;
    readonly details?: readonly { field: string; message: string }[];
    readonly retry_after?: number;
    readonly reauthenticate?: true;
  };
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

export interface RawGraphQLAnswer extends HttpAnswer {
  readonly errors: readonly GraphQLAnswerError[];
}

export interface CallOptions {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StartOptions {
  /** Goes on with what the database holds, as a restarted server does. */
  readonly keepRows?: boolean;
  /** What takes the place of the real parts. */
  readonly parts?: (config: Config) => Partial<AppParts>;
}

const STOP_PATIENCE_MS = 20_000;

/** A running gateway, spoken to over HTTP as a client would. */
export class TestApp {
  readonly clock = new FakeClock();
  /** Every line the gateway logged, as text. */
  readonly logLines: string[] = [];
  #app: App | undefined;
  #log: Log | undefined;
  #closeDatabase: (() => Promise<void>) | undefined;
  #url = '';
  #metricsUrl = '';
  #dataDir = '';

  get url(): string {
    return this.#url;
  }

  /** Where `/metrics` is with METRICS_PORT. */
  get metricsUrl(): string {
    return this.#metricsUrl;
  }

  get app(): App {
    if (!this.#app) throw new Error('the app is not running');
    return this.#app;
  }

  get logger(): Logger {
    if (!this.#log) throw new Error('the app is not running');
    return this.#log.logger;
  }

  /** The names of all events in the log so far. */
  events(): string[] {
    return this.logLines.map((line) => (JSON.parse(line) as { event: string }).event);
  }

  /** Where its mails are, and whatever else it keeps outside the database. */
  get dataDir(): string {
    return this.#dataDir;
  }

  async start(variables: Readonly<Record<string, string>> = {}, options: StartOptions = {}): Promise<void> {
    this.#dataDir = await mkdtemp(path.join(tmpdir(), 'gateway-test-'));
    const config = loadConfig({
      ...TEST_VARIABLES,
      ...databaseVariables(),
      DATA_DIR: this.#dataDir,
      ...variables,
    });
    const lines = this.logLines;
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString());
        done();
      },
    });
    const log = openLog(config.logging, config.serviceName, sink);
    const { logger, sinks } = log;
    this.#log = log;
    const database = await openTestDatabase(config, logger, options);
    this.#closeDatabase = database.close;
    this.#app = await buildApp(config, {
      ...{ logger, sinks, clock: this.clock, database },
      ...options.parts?.(config),
    });
    this.#url = await this.#app.server.listen({ host: '127.0.0.1', port: 0 });
    this.#metricsUrl = (await this.#app.metricsServer?.listen({ host: '127.0.0.1', port: 0 })) ?? '';
  }

  async stop(): Promise<void> {
    // A gateway that cannot stop fails its own file; the next one of this worker needs the database all the same.
    const stopped = await Promise.race([
      this.#app?.close(),
      delay(STOP_PATIENCE_MS, 'stuck', { ref: false }),
    ]);
    await this.#closeDatabase?.();
    await this.#log?.close();
    await rm(this.#dataDir, { recursive: true, force: true });
    if (stopped === 'stuck') throw new Error('the gateway did not stop');
  }

  /** What the database holds, past the gateway. */
  async rows<Row = Record<string, unknown>>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.app.database.read((em) => em.getConnection().execute<Row[]>(sql, [...values], 'all'));
  }

  async count(table: string): Promise<number> {
    const [row] = await this.rows<{ count: string }>(`select count(*) as count from ${table}`);
    return Number(row?.count);
  }

  /** A request to any path, its answer read as text and, where it is JSON, as that. */
  async request(path: string, init: RequestInit = {}): Promise<HttpAnswer> {
    const response = await fetch(`${this.#url}${path}`, init);
    const { status, headers } = response;
    const text = await response.text();
    const isJson = headers.get('content-type')?.includes('json') === true && text !== '';
    return { status, headers, text, json: isJson ? (JSON.parse(text) as unknown) : undefined };
  }

  /** A raw body to `/graphql`, as JSON unless the headers say otherwise. */
  async postRaw(body: string, headers: Readonly<Record<string, string>> = {}): Promise<RawGraphQLAnswer> {
    const answer = await this.request('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const { errors = [] } = (answer.json ?? {}) as { errors?: GraphQLAnswerError[] };
    return { ...answer, errors };
  }

  async graphql<Data = Record<string, unknown>>(
    query: string,
    variables: Record<string, unknown> = {},
    options: CallOptions = {},
  ): Promise<GraphQLAnswer<Data>> {
    const response = await fetch(`${this.#url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
        ...options.headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as { data?: Data | null; errors?: GraphQLAnswerError[] };
    const { status, headers } = response;
    const { data = null, errors = [] } = body;
    expectDeclared(errors);
    return { status, headers, data, errors };
  }
}

const TEST_VARIABLES = {
  NODE_ENV: 'test',
  JWT_SECRET_KEY: 'only-for-tests-0123456789-abcdefghijklmnop',
  PUBLIC_URL: 'http://localhost:4000',
  BCRYPT_COST: '4',
  LOG_LEVEL: 'DEBUG',
  LOG_FILE: '',
  // Only test/attack is about limits; everybody else signs in as often as they like.
  RATE_LIMIT_ENABLED: 'false',
};

/** A gateway for the tests of one file, started before the first and stopped after the last. */
export function useApp(
  variables: Readonly<Record<string, string>> = {},
  parts?: (config: Config) => Partial<AppParts>,
): TestApp {
  const app = new TestApp();
  beforeAll(() => app.start(variables, parts && { parts }));
  afterAll(() => app.stop());
  return app;
}
