import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './own-postgresql';

/** A real proxy: in turns to every node that is ready, and to another where one cannot be connected to. */
export class HaProxy {
  readonly #directory = mkdtempSync(join(tmpdir(), 'haproxy-'));
  #process: ChildProcess | undefined;
  #url = '';

  get url(): string {
    return this.#url;
  }

  /** @param nodes where they listen, by the names that answers carry in `X-Node` */
  async start(nodes: Readonly<Record<string, string>>): Promise<void> {
    const port = await freePort();
    this.#url = `http://127.0.0.1:${port}`;
    const file = join(this.#directory, 'haproxy.cfg');
    writeFileSync(file, configuration(port, nodes));
    this.#process = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' });
    while (!(await canConnect(port))) {
      if (this.#process.exitCode !== null) throw new Error('HAProxy did not start');
      await delay(10);
    }
  }

  async stop(): Promise<void> {
    if (this.#process?.exitCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function configuration(port: number, nodes: Readonly<Record<string, string>>): string {
  return `
defaults
  mode http
  timeout connect 1s
  timeout client 30s
  timeout server 30s
  timeout check 5s
  option forwardfor
  option redispatch 1
  retries 3
  retry-on conn-failure
frontend public
  bind 127.0.0.1:${port}
  default_backend gateways
backend gateways
  balance roundrobin
  option httpchk GET /health/ready
  default-server check inter 100ms fall 1 rise 1
  http-response set-header x-node %s
${Object.entries(nodes)
  .map(([name, url]) => `  server ${name} ${new URL(url).host}`)
  .join('\n')}
`;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
