import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyPreparedDatabase } from './prepared-database';
import type { GraphQLAnswerError } from './test-app';

export type Variables = Readonly<Record<string, string>>;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface LogLine {
  readonly event: string;
  readonly level: string;
  readonly [field: string]: unknown;
}

export interface Answer<Data> {
  readonly data: Data | null;
  /** The code of the first error. */
  readonly code: string | null;
  readonly retryAfter: number | null;
}

const dist = join(__dirname, '..', '..', 'dist');

/** The embedded database is compiled once, and not for speed: most servers here live for seconds. */
const QUICK_START = ['--liftoff-only'];

const VARIABLES = {
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  PORT: '0',
  JWT_SECRET_KEY: 'only-for-tests-0123456789-abcdefghijklmnop',
  BCRYPT_COST: '4',
  HASH_QUEUE_LIMIT: '1000',
  RATE_LIMIT_ENABLED: 'false',
  LOG_FILE: '',
};

/** One run of a built program, from the given environment alone and in a directory that is not the project's. */
export class Run {
  readonly ended: Promise<Exit>;
  readonly process: ChildProcessWithoutNullStreams;
  stdout = '';
  stderr = '';

  constructor(program: string, args: readonly string[], variables: Variables, directory: string) {
    const { PATH = '', HOME = '' } = process.env;
    this.process = spawn(process.execPath, [...QUICK_START, join(dist, program), ...args], {
      cwd: directory,
      env: { PATH, HOME, ...VARIABLES, DATA_DIR: join(directory, 'data'), ...variables },
    });
    this.process.stdin.on('error', () => undefined); // a program that reads no input
    this.process.stdout.on('data', (data: Buffer) => (this.stdout += data.toString()));
    this.process.stderr.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  get logLines(): LogLine[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** Waits for a line of the log. */
  async logged(event: string): Promise<LogLine> {
    for (;;) {
      if (this.stdout.includes(`"event":"${event}"`)) {
        const line = this.logLines.find((candidate) => candidate.event === event);
        if (line) return line;
      }
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(`the process ended without "${event}":\n${this.stdout}\n${this.stderr}`);
      await Promise.race([once(this.process.stdout, 'data'), this.ended]);
    }
  }

  async kill(signal: NodeJS.Signals): Promise<Exit> {
    this.process.kill(signal);
    return this.ended;
  }
}

export class ServerRun extends Run {
  url = '';

  async ready(): Promise<this> {
    this.url = String((await this.logged('server_started'))['address']);
    return this;
  }

  async graphql<Data = Record<string, unknown>>(
    query: string,
    variables: object = {},
    token?: string,
  ): Promise<Answer<Data>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as { data?: Data | null; errors?: GraphQLAnswerError[] };
    const extensions = body.errors?.[0]?.extensions;
    return {
      data: body.data ?? null,
      code: extensions?.code ?? null,
      retryAfter: extensions?.retry_after ?? null,
    };
  }

  /** Registers and answers the access token, or the code of the error. */
  async register(email: string, password = 'Correct-Horse-7'): Promise<{ token: string } | { code: string }> {
    const { data, code } = await this.graphql<{ register: { tokens: { accessToken: string } } }>(
      'mutation ($input: RegisterInput!) { register(input: $input) { tokens { accessToken } } }',
      { input: { email, password } },
    );
    return data ? { token: data.register.tokens.accessToken } : { code: code ?? 'none' };
  }

  /** Logs in and answers the access token. */
  async login(identifier: string, password = 'Correct-Horse-7'): Promise<string> {
    const { data, code } = await this.graphql<{ login: { tokens: { accessToken: string } } }>(
      'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }',
      { input: { identifier, password } },
    );
    if (!data) throw new Error(`login of ${identifier}: ${code}`);
    return data.login.tokens.accessToken;
  }

  /** The code of the error of a query for `me`, or null when the token works. */
  async tokenError(token: string): Promise<string | null> {
    return (await this.graphql('{ me { id } }', {}, token)).code;
  }
}

/** Programs for the tests of one file, each test in a directory of its own; none outlives its test. */
export class Programs {
  #directory = '';
  #runs: Run[] = [];

  get directory(): string {
    return this.#directory;
  }

  server(variables: Variables = {}): ServerRun {
    return this.#add(new ServerRun('main.js', [], variables, this.#directory));
  }

  run(program: string, args: readonly string[], variables: Variables = {}): Run {
    return this.#add(new Run(program, args, variables, this.#directory));
  }

  async open(): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), 'gateway-'));
    copyPreparedDatabase(this.#directory);
  }

  async close(): Promise<void> {
    await Promise.all(this.#runs.splice(0).map((run) => run.kill('SIGKILL')));
    await rm(this.#directory, { recursive: true, force: true });
  }

  #add<R extends Run>(run: R): R {
    this.#runs.push(run);
    return run;
  }
}

export function usePrograms(): Programs {
  // Several starts in a row, on a machine that has other things to do.
  jest.setTimeout(180_000);
  const programs = new Programs();
  beforeEach(() => programs.open());
  afterEach(() => programs.close());
  return programs;
}
