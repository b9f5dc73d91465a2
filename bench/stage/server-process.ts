import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openFiles, processorSeconds, residentMb } from './machine';

export interface ServerOptions {
  /** The script and its arguments. */
  readonly command: readonly string[];
  /** All of its environment but PATH, HOME, HOST, PORT, and where they name none DATA_DIR. */
  readonly variables: Readonly<Record<string, string>>;
  /** Answers 200 once the server is ready. */
  readonly readyPath: string;
  /** The cores it may use, as taskset takes them; any by default. */
  readonly cores?: string | undefined;
}

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 5;

/** A server in a process of its own. Its log goes to a file, as an operator's would, which nobody keeps. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly port: number,
    /** From the start of the process to its first good answer. */
    readonly startMs: number,
  ) {}

  /** @throws Error with the end of its log when it does not come up */
  static async start({ command, variables, readyPath, cores }: ServerOptions): Promise<ServerProcess> {
    const directory = mkdtempSync(join(tmpdir(), 'bench-server-'));
    const port = await freePort();
    const { PATH = '', HOME = '' } = process.env;
    const log = openSync(join(directory, 'log'), 'a');
    const startedAt = performance.now();
    const [program = '', ...words] = [
      ...(cores === undefined ? [] : ['taskset', '-c', cores]),
      process.execPath,
      ...command,
    ];
    const child = spawn(program, words, {
      env: { PATH, HOME, HOST: '127.0.0.1', PORT: String(port), DATA_DIR: directory, ...variables },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    while (!(await isReady(port, readyPath))) {
      if (child.exitCode !== null || performance.now() - startedAt > START_TIMEOUT_MS) {
        child.kill('SIGKILL');
        const lines = readFileSync(join(directory, 'log'), 'utf8').slice(-2_000);
        throw new Error(`${command.join(' ')} did not start:\n${lines}`);
      }
      await delay(POLL_MS);
    }
    return new ServerProcess(child, directory, port, performance.now() - startedAt);
  }

  get processorSeconds(): number {
    return processorSeconds(this.#pid);
  }

  get residentMb(): number {
    return residentMb(this.#pid);
  }

  get openFiles(): number {
    return openFiles(this.#pid);
  }

  /** What it logged so far is not needed: a long run would fill the disk. */
  emptyLog(): void {
    truncateSync(join(this.directory, 'log'));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill(signal);
      await exited;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  get #pid(): number {
    return this.child.pid ?? 0;
  }
}

function isReady(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
