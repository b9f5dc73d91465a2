/** Lines that wait, oldest first; where there are too many, the oldest are given up. */
export class LineBuffer {
  #lines: string[] = [];
  /** Of the oldest line: those before it are gone, and forgotten from time to time. */
  #first = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(private readonly maxBytes: number) {}

  /** Lines given up since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  get size(): number {
    return this.#lines.length - this.#first;
  }

  push(line: string): void {
    this.#lines.push(line);
    this.#bytes += line.length;
    while (this.#bytes > this.maxBytes && this.size > 0) {
      this.#shift();
      this.#dropped += 1;
    }
  }

  /** Takes lines from the front, at least one and no more than `maxBytes` of them. */
  take(maxBytes: number): string[] {
    const taken: string[] = [];
    let bytes = 0;
    while (this.size > 0) {
      bytes += this.#lines[this.#first]?.length ?? 0;
      if (taken.length > 0 && bytes > maxBytes) break;
      taken.push(this.#shift());
    }
    return taken;
  }

  /** Lines that were taken and did not arrive, as far as there is room before those that came meanwhile. */
  putBack(lines: readonly string[]): void {
    const waiting = this.#lines.slice(this.#first);
    this.#lines = [];
    this.#first = 0;
    this.#bytes = 0;
    for (const line of [...lines, ...waiting]) this.push(line);
  }

  #shift(): string {
    const line = this.#lines[this.#first] ?? '';
    this.#first += 1;
    this.#bytes -= line.length;
    if (this.#first > 1_000 && this.#first * 2 > this.#lines.length) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
    return line;
  }
}
