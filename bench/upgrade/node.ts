import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export type Variables = Readonly<Record<string, string>>;

/** One program of a build, in a directory of its own. What it says of trouble is kept. */
export class Program {
  readonly #directory = mkdtempSync(join(tmpdir(), 'upgrade-node-'));
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #rest = '';
  /** Lines of its log at WARNING or above, and all that is no such line. */
  readonly trouble: string[] = [];
  /** Events of its log that it is asked for. */
  readonly events: Record<string, unknown>[] = [];

  /** @param dist the build's directory, @param program in it */
  constructor(dist: string, program: string, variables: Variables) {
    const { PATH = '', HOME = '' } = process.env;
    this.#child = spawn(process.execPath, [join(dist, program)], {
      cwd: this.#directory,
      env: { PATH, HOME, DATA_DIR: this.#directory, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = (): void => void this.#child.kill('SIGKILL');
    process.once('exit', kill);
    this.#child.stdout?.on('data', (data: Buffer) => this.#read(data));
    this.#child.stderr?.on('data', (data: Buffer) => this.#read(data));
    this.#ended = once(this.#child, 'close').then(([code]) => {
      process.off('exit', kill);
      rmSync(this.#directory, { recursive: true, force: true });
      return code as number | null;
    });
  }

  /** Waits until it is ended, @returns its exit code */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.#ended;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  #read(data: Buffer): void {
    const lines = (this.#rest + data.toString()).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const fields = parsed(line);
      if (!fields || !['INFO', 'DEBUG'].includes(String(fields['level']))) this.trouble.push(line);
      if (fields?.['event'] === 'database_migrated') this.events.push(fields);
    }
  }
}

/** A gateway of either version at a port that stays. */
export class Node {
  #program: Program | undefined;
  /** By version, what its programs logged of trouble. */
  readonly trouble: Record<string, string[]> = {};

  constructor(
    readonly name: string,
    readonly port: number,
    private readonly variables: Variables,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts a version where nothing runs; ready when this is done. @throws Error with what it said when it does not start */
  async start(version: string, dist: string, more: Variables = {}): Promise<void> {
    const program = new Program(dist, 'main.js', {
      ...this.variables,
      ...more,
      HOST: '127.0.0.1',
      PORT: String(this.port),
    });
    this.#program = program;
    this.trouble[version] = [...(this.trouble[version] ?? [])];
    while (!(await isReady(this.url))) {
      if (!program.isRunning) throw new Error(`${version} did not start:\n${program.trouble.join('\n')}`);
      await delay(20);
    }
    this.#collect = () => this.trouble[version]?.push(...program.trouble.splice(0));
  }

  /** As a deployment does. @throws Error when it does not end with 0 */
  async stop(): Promise<void> {
    const code = await this.#program?.stop();
    this.#collect();
    this.#program = undefined;
    if (code !== undefined && code !== 0) throw new Error(`${this.name} ended with ${code}`);
  }

  async kill(): Promise<void> {
    await this.#program?.stop('SIGKILL');
  }

  #collect: () => void = () => undefined;
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );
}

/** A line of the log; undefined for anything else. */
function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
