import { isatty } from 'node:tty';
import { pino, type DestinationStream } from 'pino';
import { BufferedOutput } from './buffered-output';
import type { LineFormat, LogSink } from './log-sink';

/** The standard output, or what a test listens with. */
export class ConsoleSink implements LogSink {
  readonly name = 'console';
  readonly #output: DestinationStream;
  readonly #buffered: BufferedOutput | undefined;

  constructor(
    output: DestinationStream | number,
    maxBytes: number,
    private readonly format: LineFormat,
  ) {
    if (typeof output === 'number') {
      // On a terminal somebody waits for each line.
      const isTerminal = isatty(output);
      this.#buffered = isTerminal ? undefined : new BufferedOutput(output, maxBytes);
      this.#output = this.#buffered ?? pino.destination({ dest: output, sync: true });
    } else {
      this.#output = output;
    }
  }

  get dropped(): number {
    return this.#buffered?.dropped ?? 0;
  }

  write(line: string): void {
    this.#output.write(this.format(line));
  }

  async close(): Promise<void> {
    await this.#buffered?.close();
  }
}
