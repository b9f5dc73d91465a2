import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { asPostgres, freePort, type OwnPostgresql } from './own-postgresql';

/** How many connections to the server all clients share: few, so that no client meets the same one twice. */
export const SERVER_CONNECTIONS = 3;

/** PgBouncer of the test's own, in transaction mode, in front of a server. */
export class OwnPgbouncer {
  readonly #directory = mkdtempSync(join(tmpdir(), 'own-pgbouncer-'));
  #port = 0;
  #process: ChildProcess | undefined;

  /** @param settings lines of pgbouncer.ini beside those that it needs */
  async start(postgresql: OwnPostgresql, settings: readonly string[] = []): Promise<void> {
    const { port } = new URL(postgresql.url);
    this.#port = await freePort();
    const lines = [
      '[databases]',
      `* = host=127.0.0.1 port=${port} user=postgres`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${this.#port}`,
      'unix_socket_dir =',
      'auth_type = any',
      'pool_mode = transaction',
      `default_pool_size = ${SERVER_CONNECTIONS}`,
      'max_client_conn = 200',
      ...settings,
    ];
    const file = join(this.#directory, 'pgbouncer.ini');
    writeFileSync(file, `${lines.join('\n')}\n`);
    chmodSync(this.#directory, 0o755);
    this.#process = spawn('pgbouncer', ['-q', file], { stdio: 'ignore', ...asPostgres() });
    while (!(await this.#answers())) {
      if (this.#process.exitCode !== null) throw new Error('PgBouncer did not start');
      await delay(20);
    }
  }

  urlOf(database: string): string {
    return `postgresql://postgres@127.0.0.1:${this.#port}/${database}`;
  }

  async stop(): Promise<void> {
    if (this.#process) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  }
}
