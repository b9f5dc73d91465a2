import { pino } from 'pino';

// A write for every line would cost a busy server a tenth of its time. Lines are gathered here, for with each that comes
// sonic-boom would measure all that it holds; what is less than a piece waits there until pino flushes it at the exit.
const PIECE_LENGTH = 32 * 1024;
const BUFFERING = { minLength: PIECE_LENGTH, maxWrite: 2 * PIECE_LENGTH };
const FLUSH_INTERVAL_MS = 100;
const FLUSH_PATIENCE_MS = 500;

/** sonic-boom's types leave the descriptor out. */
type SonicBoom = ReturnType<typeof pino.destination> & { readonly fd: number };

const open = new Set<BufferedOutput>();
/** Those whose last write was refused. sonic-boom would try to hand over their lines for ever, and the process never exit. */
const stuck = new Set<BufferedOutput>();
process.prependListener('exit', () => {
  for (const output of stuck) output.giveUp();
  for (const output of open) output.handOver();
});

/**
 * A file or a descriptor that is written to beside the requests. What a full disk or a slow reader does not take waits, as
 * far as `maxBytes` go; each line beyond is lost and counted.
 */
export class BufferedOutput {
  readonly #stream: SonicBoom;
  readonly #timer: NodeJS.Timeout;
  /** A rope, which becomes one text when it is handed over. */
  #gathered = '';
  #gatheredLines = 0;
  #leavingLines = 0;
  #dropped = 0;

  constructor(dest: number | string, maxBytes: number) {
    this.#stream = pino.destination({ dest, sync: false, maxLength: maxBytes, ...BUFFERING }) as SonicBoom;
    // What was refused is tried again with the next lines: without a listener it would end the process.
    this.#stream.on('error', () => stuck.add(this));
    this.#stream.on('write', () => stuck.delete(this));
    this.#stream.on('drop', () => (this.#dropped += this.#leavingLines));
    this.#timer = setInterval(() => this.#flushGathered(), FLUSH_INTERVAL_MS).unref();
    open.add(this);
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Negative while a file is being opened. */
  get descriptor(): number {
    return this.#stream.fd;
  }

  write(line: string): void {
    if (!open.has(this)) {
      this.#dropped += 1;
      return;
    }
    this.#gathered += line;
    this.#gatheredLines += 1;
    if (this.#gathered.length >= PIECE_LENGTH) this.handOver();
  }

  /** What has been gathered leaves with the next write. */
  handOver(): void {
    if (this.#gatheredLines === 0) return;
    const text = this.#gathered;
    this.#leavingLines = this.#gatheredLines;
    this.#gathered = '';
    this.#gatheredLines = 0;
    this.#stream.write(text);
  }

  /** Goes on in whatever has the file's name now. */
  reopen(): void {
    if (open.has(this)) this.#stream.reopen();
  }

  /** Hands over what was written so far, waiting half a second at most. */
  async flush(): Promise<void> {
    if (!open.has(this)) return;
    this.handOver();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, FLUSH_PATIENCE_MS);
      this.#stream.flush(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async close(): Promise<void> {
    await this.flush();
    if (stuck.has(this)) this.giveUp();
  }

  /** Loses what waits. */
  giveUp(): void {
    clearInterval(this.#timer);
    open.delete(this);
    stuck.delete(this);
    this.#stream.destroy();
  }

  #flushGathered(): void {
    this.handOver();
    this.#stream.flush();
  }
}
