import { closeSync, constants, fstat, openSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { makeDirectory, type LogFileConfig } from '../../../config';
import { BufferedOutput } from './buffered-output';
import type { LineFormat, LogSink } from './log-sink';
import { dayOf, putAway, removeOlder } from './rotated-files';

/** How often the file is looked at: for a new day, for its size, and whether somebody has moved it. */
const LOOK_INTERVAL_MS = 1_000;
const LOOKS_BETWEEN_REMOVALS = 3_600;

const statOf = promisify(fstat) as (fd: number) => Promise<Stats>;

/** Without waiting: a pipe that nobody reads would otherwise hold the start for ever. */
const APPENDING = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

/**
 * LOG_FILE: put away each day (UTC) and when it is full, and removed when it is old. Any number of processes may share it,
 * and so may logrotate: whoever finds the file moved opens it anew within a second.
 */
export class FileSink implements LogSink {
  readonly name = 'file';
  readonly #output: BufferedOutput;
  readonly #timer: NodeJS.Timeout;
  /** Of the first line in the file. */
  #day: string | undefined;
  #looks = 0;
  #looking: Promise<void> | undefined;

  /** @throws what the system says of a file that cannot be opened */
  constructor(
    private readonly config: LogFileConfig,
    maxBytes: number,
    private readonly format: LineFormat,
    private readonly now: () => Date = () => new Date(),
  ) {
    makeDirectory(dirname(config.path));
    closeSync(openSync(config.path, APPENDING, 0o666));
    this.#output = new BufferedOutput(config.path, maxBytes);
    this.#timer = setInterval(() => void this.look(), LOOK_INTERVAL_MS).unref();
    void this.look();
  }

  get dropped(): number {
    return this.#output.dropped;
  }

  write(line: string): void {
    this.#output.write(this.format(line));
  }

  /** Does what has become due. A full disk or a directory without rights changes nothing: the next look tries again. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch(() => undefined)
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.#output.close();
  }

  /** Hands over what was written so far. */
  flush(): Promise<void> {
    return this.#output.flush();
  }

  async #look(): Promise<void> {
    const { path, retentionSeconds } = this.config;
    const isTimeToRemove = this.#looks % LOOKS_BETWEEN_REMOVALS === 0;
    this.#looks += 1;
    if (isTimeToRemove) await removeOlder(path, new Date(this.now().getTime() - retentionSeconds * 1000));
    const there = await stat(path).catch(() => undefined);
    const today = dayOf(this.now());
    if (there?.isFile() && this.#isDue(there, today)) await putAway(path, this.#day ?? today);
    else if (there && (await this.#isOurs(there))) return;
    this.#output.reopen();
    this.#day = today;
  }

  #isDue({ size, mtime }: Stats, today: string): boolean {
    if (size === 0) this.#day = today;
    // What an earlier run has left is as old as its last line.
    this.#day ??= dayOf(mtime);
    return size > 0 && (size >= this.config.maxBytes || this.#day < today);
  }

  async #isOurs({ ino, dev }: Stats): Promise<boolean> {
    const { descriptor } = this.#output;
    // It is being opened.
    if (descriptor < 0) return true;
    const own = await statOf(descriptor);
    return own.ino === ino && own.dev === dev;
  }
}
