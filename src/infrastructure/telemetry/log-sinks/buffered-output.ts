import { pino } from 'pino';

// A write for every line would cost a busy server a tenth of its time; pino flushes the rest when the process exits. Of
// text, sonic-boom would measure all that it holds with each line that comes; of bytes it knows the length.
const BUFFERING = {
  minLength: 32 * 1024,
  maxWrite: 64 * 1024,
  periodicFlush: 100,
  contentMode: 'buffer',
} as const;
const FLUSH_PATIENCE_MS = 500;

/** sonic-boom's types leave the descriptor out. */
type SonicBoom = Omit<ReturnType<typeof pino.destination>, 'write'> & {
  readonly fd: number;
  write(line: Buffer): boolean;
};

/** Those whose last write was refused. sonic-boom would try to hand over their lines for ever, and the process never exit. */
const stuck = new Set<BufferedOutput>();
process.prependListener('exit', () => {
  for (const output of stuck) output.giveUp();
});

/**
 * A file or a descriptor that is written to beside the requests. What a full disk or a slow reader does not take waits, as
 * far as `maxBytes` go; each line beyond is lost and counted.
 */
export class BufferedOutput {
  readonly #stream: SonicBoom;
  #dropped = 0;
  #isOpen = true;

  constructor(dest: number | string, maxBytes: number) {
    this.#stream = pino.destination({
      dest,
      sync: false,
      maxLength: maxBytes,
      ...BUFFERING,
    }) as unknown as SonicBoom;
    // What was refused is tried again with the next lines: without a listener it would end the process.
    this.#stream.on('error', () => stuck.add(this));
    this.#stream.on('write', () => stuck.delete(this));
    this.#stream.on('drop', () => (this.#dropped += 1));
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Negative while a file is being opened. */
  get descriptor(): number {
    return this.#stream.fd;
  }

  write(text: string): void {
    if (this.#isOpen) this.#stream.write(Buffer.from(text));
    else this.#dropped += 1;
  }

  /** Goes on in whatever has the file's name now. */
  reopen(): void {
    if (this.#isOpen) this.#stream.reopen();
  }

  /** Hands over what was written so far, waiting half a second at most. */
  async flush(): Promise<void> {
    if (!this.#isOpen) return;
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
    this.#isOpen = false;
    stuck.delete(this);
    this.#stream.destroy();
  }
}
