import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';

// Load on the built server as a child process: `npm run bench`, and with BENCH_DATABASE_URL on PostgreSQL as well.

const CONNECTIONS = 50;
const SECONDS = 5;
const root = join(__dirname, '..');
const JWT_SECRET_KEY = 'only-for-benchmarks-0123456789-abcdefghij';
const PERSON = { email: 'bench@example.com', password: 'Correct-Horse-7' };

interface Server {
  readonly process: ChildProcess;
  readonly url: string;
}

interface Row {
  readonly database: string;
  readonly operation: string;
  readonly perSecond: number;
  readonly ofBaseline: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly rssMb: number;
}

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

async function startServer(script: string, variables: Record<string, string>): Promise<Server> {
  const { PATH = '', HOME = '' } = process.env;
  const loader = script.endsWith('.ts') ? ['-r', 'ts-node/register/transpile-only'] : [];
  const child = spawn(process.execPath, [...loader, script], {
    cwd: root,
    env: { PATH, HOME, HOST: '127.0.0.1', PORT: '0', LOG_FILE: '', JWT_SECRET_KEY, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /"address":"([^"]+)"/.exec(line)?.[1];
    if (address === undefined) continue;
    child.stdout.resume();
    return { process: child, url: address };
  }
  throw new Error('the server did not start');
}

async function stopServer({ process: child }: Server): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
}

function operation(query: string, variables: object = {}): string {
  return JSON.stringify({ query, variables });
}

async function signIn(url: string, mutation: 'register' | 'login'): Promise<Tokens> {
  const input = mutation === 'register' ? PERSON : { identifier: PERSON.email, password: PERSON.password };
  const type = mutation === 'register' ? 'RegisterInput' : 'LoginInput';
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: operation(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { tokens { accessToken refreshToken } } }`,
      { input },
    ),
  });
  const { data } = (await response.json()) as { data: Record<string, { tokens: Tokens }> };
  const tokens = data[mutation]?.tokens;
  if (!tokens) throw new Error(`${mutation} failed`);
  return tokens;
}

interface Load {
  readonly body?: string;
  readonly token?: string;
  readonly setupClient?: (client: autocannon.Client) => void;
}

async function measure(
  server: Server,
  path: string,
  load: Load,
): Promise<Omit<Row, 'database' | 'operation' | 'ofBaseline'>> {
  const result = await autocannon({
    url: `${server.url}${path}`,
    connections: CONNECTIONS,
    duration: SECONDS,
    method: load.body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(load.token !== undefined && { authorization: `Bearer ${load.token}` }),
    },
    ...(load.body !== undefined && { body: load.body }),
    ...(load.setupClient && { setupClient: load.setupClient }),
    // GraphQL answers its errors with 200.
    verifyBody: (body) => !String(body).includes('"errors"'),
  });
  return {
    perSecond: Math.round(result.requests.average),
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failed: result.non2xx + result.errors + result.mismatches,
    rssMb: residentMb(server.process.pid ?? 0),
  };
}

/** Linux only; 0 elsewhere. */
function residentMb(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return 0;
  }
}

/** Each connection rotates a chain of its own, as clients do. */
function refreshing(chains: string[]): (client: autocannon.Client) => void {
  const query = 'mutation ($t: String) { refresh(refreshToken: $t) { tokens { accessToken refreshToken } } }';
  return (client) => {
    let token = chains.pop() ?? '';
    client.setBody(operation(query, { t: token }));
    client.on('body', (body) => {
      token = /"refreshToken":"([^"]+)"/.exec(String(body))?.[1] ?? token;
      client.setBody(operation(query, { t: token }));
    });
  };
}

async function measureDatabase(
  database: string,
  variables: Record<string, string>,
  baseline: Server,
): Promise<Row[]> {
  const server = await startServer('dist/main.js', {
    NODE_ENV: 'production',
    RATE_LIMIT_ENABLED: 'false',
    HASH_QUEUE_LIMIT: '1000',
    ...variables,
  });
  try {
    const { accessToken } = await signIn(server.url, 'register').catch(() => signIn(server.url, 'login'));
    const signIns = Array.from({ length: CONNECTIONS }, () => signIn(server.url, 'login'));
    const chains = (await Promise.all(signIns)).map(({ refreshToken }) => refreshToken);
    const base = await measure(baseline, '/', { token: accessToken });
    const login = operation('mutation ($input: LoginInput!) { login(input: $input) { user { id } } }', {
      input: { identifier: PERSON.email, password: PERSON.password },
    });
    const results = {
      baseline: base,
      me: await measure(server, '/graphql', { body: operation('{ me { id email } }'), token: accessToken }),
      refresh: await measure(server, '/graphql', { body: '{}', setupClient: refreshing(chains) }),
      login: await measure(server, '/graphql', { body: login }),
    };
    return Object.entries(results).map(([name, result]) => ({
      database,
      operation: name,
      ...result,
      ofBaseline: `${((result.perSecond / base.perSecond) * 100).toFixed(1)} %`,
    }));
  } finally {
    await stopServer(server);
  }
}

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-'));
  const baseline = await startServer('bench/baseline.ts', {});
  try {
    const rows = await measureDatabase('embedded', { DATA_DIR: dataDir }, baseline);
    const url = process.env['BENCH_DATABASE_URL'];
    if (url)
      rows.push(...(await measureDatabase('postgresql', { DATABASE_URL: url, DATA_DIR: dataDir }, baseline)));
    process.stdout.write(`${CONNECTIONS} connections, ${SECONDS} s each, Node ${process.version}\n`);
    console.table(rows); // eslint-disable-line no-console -- the table is what this program is for
  } finally {
    await stopServer(baseline);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

void main();
