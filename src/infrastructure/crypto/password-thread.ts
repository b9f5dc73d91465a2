import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

export type PasswordTask =
  | { readonly kind: 'hash'; readonly password: string; readonly cost: number }
  | { readonly kind: 'verify'; readonly password: string; readonly hash: string };

type Answer = { readonly value: string | boolean } | { readonly failure: string };

interface Call {
  resolve(value: string | boolean): void;
  reject(error: Error): void;
}

/** Beside this file both in src/ and in dist/. */
const workerFile = join(__dirname, 'password-worker.js');

/**
 * At a saturating load of other requests on one core, one thread still gets 1.3 hashes of cost 12 a second with
 * 4, but 1.0 with 5, 0.5 with 10 and 0.08 with 19.
 */
const niceIncrement = 4;

/** One worker thread, one task at a time. A thread that dies fails its task and is replaced by the next one. */
export class PasswordThread {
  private worker: Worker | null = null;
  private call: Call | null = null;

  /** Starts the thread ahead of its first task. */
  start(): Worker {
    if (this.worker) return this.worker;
    // Without the flags of the main thread: no debugger, no loaders.
    const worker = new Worker(workerFile, { workerData: { niceIncrement }, execArgv: [] });
    worker.on('message', (answer: Answer) => this.settle(worker, answer));
    worker.on('error', (error) => this.lose(worker, error));
    worker.on('exit', (code) => this.lose(worker, new Error(`Password thread exited with code ${code}`)));
    // An idle thread does not keep the process alive.
    worker.unref();
    this.worker = worker;
    return worker;
  }

  /** Answers with a hash or with whether the password fits; fails when bcrypt refuses or the thread dies. */
  run(task: PasswordTask): Promise<string | boolean> {
    return new Promise((resolve, reject) => {
      if (this.call) throw new Error('Password thread is busy');
      const worker = this.start();
      worker.ref();
      this.call = { resolve, reject };
      worker.postMessage(task);
    });
  }

  /** Lets the thread end by itself: one that is terminated while it loads bcrypt takes the whole process with it. */
  async stop(): Promise<void> {
    const { worker } = this;
    if (!worker) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.ref();
    worker.postMessage('stop');
    await ended;
  }

  private settle(worker: Worker, answer: Answer): void {
    if (worker !== this.worker) return;
    worker.unref();
    const call = this.call;
    this.call = null;
    if ('value' in answer) call?.resolve(answer.value);
    else call?.reject(new Error(`bcrypt failed: ${answer.failure}`));
  }

  private lose(worker: Worker, error: Error): void {
    // 'error' is followed by 'exit', when a successor may be at work already.
    if (worker !== this.worker) return;
    this.worker = null;
    const call = this.call;
    this.call = null;
    call?.reject(new Error('Password thread died', { cause: error }));
  }
}
