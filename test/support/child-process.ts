import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const START_TIMEOUT_MS = 60_000;

/** One of the project's programs in a process of its own, with the variables given and no others of the gateway's. */
export class ChildProcess {
  output = '';
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<unknown>;

  constructor(file: string, variables: Readonly<Record<string, string>>) {
    const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
    this.#process = spawn(
      process.execPath,
      ['-r', path.join(root, 'test/support/run-typescript.cjs'), path.join(root, file)],
      { cwd: root, env: { PATH, HOME, TMPDIR, NODE_ENV: 'test', LOG_FILE: '', ...variables } },
    );
    const keep = (data: Buffer): void => {
      this.output += data.toString();
    };
    this.#process.stdout.on('data', keep);
    this.#process.stderr.on('data', keep);
    this.#ended = once(this.#process, 'close');
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Waits until the output matches. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (this.#process.exitCode !== null || performance.now() > deadline) {
        throw new Error(`the process did not say ${String(pattern)}:\n${this.output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** The exit code. */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.#process.exitCode;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill(signal);
    await this.#ended;
  }
}
