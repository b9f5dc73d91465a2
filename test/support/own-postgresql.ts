import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** Where PostgreSQL's server programs are installed; undefined when this machine has none. */
export const postgresqlBin = findBin();

/** A `describe` that skips and says why where no PostgreSQL server is installed. */
export function describeWithPostgresql(name: string, body: () => void): void {
  if (postgresqlBin) describe(name, body);
  else describe.skip(`${name} (skipped: no PostgreSQL server programs on this machine)`, body);
}

function findBin(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [
    ...versions.map((version) => join(debian, version, 'bin')),
    '/usr/local/bin',
    '/usr/bin',
  ];
  return candidates.find((bin) => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')));
}

/** A PostgreSQL server of the test's own, to be stopped, killed and hung without disturbing anybody. */
export class OwnPostgresql {
  readonly #parent = mkdtempSync(join(tmpdir(), 'own-postgresql-'));
  readonly #data = join(this.#parent, 'data');
  #port = 0;
  #server: ChildProcess | undefined;
  #tls: readonly string[] = [];

  get url(): string {
    return this.urlOf('postgres');
  }

  urlOf(database: string): string {
    return `postgresql://postgres@127.0.0.1:${this.#port}/${database}`;
  }

  async create(): Promise<void> {
    await this.#createBy('initdb', ['-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8']);
  }

  /** A streaming replica of another one, which has to run. */
  async createReplicaOf(primary: OwnPostgresql): Promise<void> {
    const options = ['--write-recovery-conf', '--checkpoint=fast', '--no-sync', `--dbname=${primary.url}`];
    await this.#createBy('pg_basebackup', options);
  }

  async #createBy(program: string, options: readonly string[]): Promise<void> {
    chmodSync(this.#parent, 0o777);
    execFileSync(join(postgresqlBin!, program), ['-D', this.#data, ...options], {
      stdio: 'pipe',
      cwd: this.#parent,
      ...asPostgres(),
    });
    this.#port = await freePort();
    await this.start();
  }

  /** From the next start on TLS is on, with a certificate for `localhost`; returns the file that vouches for it. */
  useTls(): string {
    const [key, certificate] = [join(this.#parent, 'key.pem'), join(this.#parent, 'certificate.pem')];
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', certificate], {
      stdio: 'pipe',
      ...asPostgres(),
    });
    chmodSync(key, 0o600);
    this.#tls = ['ssl=on', `ssl_key_file=${key}`, `ssl_cert_file=${certificate}`];
    return certificate;
  }

  async start(): Promise<void> {
    const settings = [
      `port=${this.#port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'fsync=off',
      ...this.#tls,
    ];
    const args = ['-D', this.#data, ...settings.flatMap((setting) => ['-c', setting])];
    this.#server = spawn(join(postgresqlBin!, 'postgres'), args, {
      stdio: 'ignore',
      cwd: this.#parent,
      ...asPostgres(),
    });
    while (!(await this.#answers())) await delay(20);
  }

  /** `fast` ends every connection and shuts down; `immediate` is what a crash does. */
  async stop(mode: 'fast' | 'immediate'): Promise<void> {
    const ended = once(this.#server!, 'exit');
    process.kill(this.#server!.pid!, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
    this.#server = undefined;
  }

  /** Stops every process of the server in its tracks: connections stay open, and nothing answers. */
  hang(): void {
    // A signal takes a moment to arrive, long enough for one more answer: ask until all stand still.
    do {
      for (const pid of this.#processes()) signal(pid, 'SIGSTOP');
    } while (!areStopped(this.#processes()));
  }

  /** Stops just the processes that serve a connection; returns how many. New connections are taken. */
  hangBackends(): number {
    const commands = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(this.#server!.pid!)], {
      encoding: 'utf8',
    });
    const backends = commands.split('\n').filter((line) => line.includes('127.0.0.1('));
    for (const line of backends) signal(Number.parseInt(line, 10), 'SIGSTOP');
    return backends.length;
  }

  wake(): void {
    for (const pid of this.#processes().reverse()) signal(pid, 'SIGCONT');
  }

  async query<Row extends object>(sql: string, database = 'postgres'): Promise<Row[]> {
    const client = new Client({ connectionString: this.urlOf(database) });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async destroy(): Promise<void> {
    if (this.#server) {
      this.wake();
      await this.stop('immediate');
    }
    rmSync(this.#parent, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    if (this.#server?.exitCode !== null) throw new Error('PostgreSQL did not start');
    return this.query('select 1').then(
      () => true,
      () => false,
    );
  }

  #processes(): number[] {
    const postmaster = this.#server!.pid!;
    return [postmaster, ...childrenOf(postmaster)];
  }
}

/** PostgreSQL refuses to run as root, which is what a container often is. */
export function asPostgres(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** A process may end between being listed and being told. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function childrenOf(pid: number): number[] {
  const output = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return output.split('\n').map(Number).filter(Boolean);
}

function areStopped(pids: readonly number[]): boolean {
  const states = execFileSync('ps', ['-o', 'stat=', '-p', pids.join(',')], { encoding: 'utf8' });
  // One that ended just before is a zombie until its parent goes on.
  return states.split('\n').every((state) => state === '' || /^[TZ]/.test(state));
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
