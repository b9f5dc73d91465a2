/**
 * A login flood beside ordinary requests, server and load generator on cores of their own (Linux, two cores at least):
 *
 *   npm run build && [DATABASE_URL=postgresql://…] npm run bench -- login-flood
 *
 * Prints the latency of `me` at 1,500 a second alone and beside 8 logins in flight, the logins a second then and under a
 * saturating load of `me`, and how fast logins beyond the queue are refused. The baseline is the same server hashing
 * without limits: 8 at once, at the priority of everything else.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PORT = Number(process.env['BENCH_PORT'] ?? 4600);
const SERVER_CORE = process.env['BENCH_SERVER_CORE'] ?? '0';
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 10);
const WARM_UP_SECONDS = 8;
const RATE = Number(process.env['BENCH_RATE'] ?? 1500);
const LOGINS_IN_FLIGHT = 8;
const SATURATING_CLIENTS = 64;
const QUEUE_LIMIT = 100;
const EMAIL = `flood${Date.now()}@example.com`;
const PASSWORD = 'Correct-Horse-7';

interface Answer {
  readonly status: number;
  readonly text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 512 });

function post(query: string, token?: string): Promise<Answer> {
  const body = JSON.stringify({ query });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(
      { port: PORT, host: '127.0.0.1', path: '/graphql', method: 'POST', headers, agent },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const login = (): Promise<Answer> =>
  post(
    `mutation { login(input: { identifier: "${EMAIL}", password: "${PASSWORD}" }) { tokens { accessToken } } }`,
  );

async function me(token: string): Promise<void> {
  const { text } = await post('{ me { id email } }', token);
  if (!text.includes(EMAIL)) throw new Error(`me failed: ${text.slice(0, 300)}`);
}

/** Milliseconds from when each request was due, so that a server that stalls cannot hide it. */
async function atRate(token: string, seconds: number): Promise<number[]> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const pending: Promise<void>[] = [];
  for (let sent = 0; sent < RATE * seconds;) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * RATE);
    for (; sent < Math.min(due, RATE * seconds); sent += 1) {
      const dueAt = startedAt + (sent / RATE) * 1000;
      pending.push(me(token).then(() => void latencies.push(performance.now() - dueAt)));
    }
    await delay(1);
  }
  await Promise.all(pending);
  return latencies;
}

/** Keeps `clients` requests in flight; counts those that come back in time. */
async function inFlight(clients: number, seconds: number, work: () => Promise<unknown>): Promise<number> {
  const endsAt = performance.now() + seconds * 1000;
  let done = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < endsAt) {
        await work();
        if (performance.now() < endsAt) done += 1;
      }
    }),
  );
  return done / seconds;
}

async function successfulLogin(): Promise<void> {
  const { text } = await login();
  if (!text.includes('accessToken')) throw new Error(`login failed: ${text.slice(0, 300)}`);
}

function percentiles(values: number[]): string {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms (${sorted.length} requests)`;
}

interface Refusals {
  /** Of those who came in the same moment as all who filled the queue. */
  readonly inTheRush: number[];
  readonly afterwards: number[];
}

async function refusals(): Promise<Refusals> {
  const inTheRush: number[] = [];
  const afterwards: number[] = [];
  const one = async (times: number[]): Promise<void> => {
    const sentAt = performance.now();
    const { text } = await login();
    if (text.includes('SERVICE_UNAVAILABLE')) times.push(performance.now() - sentAt);
  };
  const flood = Array.from({ length: QUEUE_LIMIT + 50 }, () => one(inTheRush));
  await delay(1000);
  // The queue is full now: these are refused.
  for (let extra = 0; extra < 50; extra += 1) {
    flood.push(one(afterwards));
    await delay(20);
  }
  await Promise.all(flood);
  return { inTheRush, afterwards };
}

/** As many threads as logins, each with the main thread's own priority. */
const UNLIMITED = {
  HASH_CONCURRENCY: String(LOGINS_IN_FLIGHT),
  NODE_OPTIONS: `--require ${resolve(__dirname, 'unlimited-hashing.cjs')}`,
};

async function startServer(variables: Readonly<Record<string, string>> = {}): Promise<ChildProcess> {
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    PORT: String(PORT),
    DATA_DIR: mkdtempSync(join(tmpdir(), 'login-flood-')),
    LOG_FILE: '',
    LOG_LEVEL: 'ERROR',
    BCRYPT_COST: '12',
    HASH_QUEUE_LIMIT: String(QUEUE_LIMIT),
    // All logins come from one address here, which may have the whole queue.
    HASH_QUEUE_SHARE: String(2 * QUEUE_LIMIT),
    RATE_LIMIT_ENABLED: 'false',
    ...variables,
  };
  const program = process.env['BENCH_PROGRAM'] ?? 'dist/main.js';
  const server = spawn('taskset', ['-c', SERVER_CORE, process.execPath, program], { env, stdio: 'inherit' });
  for (let tries = 0; tries < 100; tries += 1) {
    await delay(200);
    const answer = await post('{ health { status } }').catch(() => undefined);
    if (answer?.status === 200) return server;
  }
  throw new Error('The server did not start');
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function signIn(): Promise<string> {
  await post(`mutation { register(input: { email: "${EMAIL}", password: "${PASSWORD}" }) { nextStep } }`);
  return /"accessToken":"([^"]+)"/.exec((await login()).text)?.[1] ?? '';
}

/** Until the compiler has seen both operations; its threads share the server's core. */
async function warmUp(): Promise<string> {
  const token = await signIn();
  await Promise.all([
    atRate(token, WARM_UP_SECONDS),
    inFlight(LOGINS_IN_FLIGHT, WARM_UP_SECONDS, successfulLogin),
  ]);
  return token;
}

/** Both at once; answers the logins a second. */
async function loginsBesideMe(token: string, name: string): Promise<number> {
  const [latencies, logins] = await Promise.all([
    atRate(token, SECONDS),
    inFlight(LOGINS_IN_FLIGHT, SECONDS, successfulLogin),
  ]);
  print(`me beside 8 logins, ${name}: ${percentiles(latencies)}`);
  print(`logins beside ${RATE} me/s, ${name}: ${logins.toFixed(2)} a second`);
  return logins;
}

async function measureGateway(): Promise<number> {
  const server = await startServer();
  try {
    const token = await warmUp();
    print(`me alone: ${percentiles(await atRate(token, SECONDS))}`);
    const logins = await loginsBesideMe(token, 'gateway');
    const [requests, starving] = await Promise.all([
      inFlight(SATURATING_CLIENTS, SECONDS, () => me(token)),
      inFlight(LOGINS_IN_FLIGHT, SECONDS, successfulLogin),
    ]);
    print(`logins beside saturating me: ${starving.toFixed(2)} a second (${requests.toFixed(0)} me/s)`);
    const { inTheRush, afterwards } = await refusals();
    print(`503 in the rush for places: ${percentiles(inTheRush)}`);
    print(`503 once the queue is full: ${percentiles(afterwards)}`);
    return logins;
  } finally {
    server.kill('SIGKILL');
  }
}

async function measureUnlimited(): Promise<number> {
  const server = await startServer(UNLIMITED);
  try {
    const token = await warmUp();
    return await loginsBesideMe(token, 'unlimited hashing');
  } finally {
    server.kill('SIGKILL');
  }
}

async function run(): Promise<void> {
  try {
    const ratio = (await measureGateway()) / (await measureUnlimited());
    print(`logins, gateway to unlimited hashing: ${ratio.toFixed(2)}`);
  } finally {
    agent.destroy();
  }
}

void run();
