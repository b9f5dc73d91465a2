/** Reads on where it stopped. It keeps its place, so that nothing is read past and nothing twice. */
export interface EventReader<Event> {
  /** At most one page; `isMore` when another may follow at once. */
  readonly read: () => Promise<{ readonly events: readonly Event[]; readonly isMore: boolean }>;
}

export interface EventFeedParts<Event> {
  readonly reader: EventReader<Event>;
  /** Calls back when there may be something to read; @returns what ends it */
  readonly watch: (wake: () => void) => () => void;
  /** Asked before each event: throws when the subscriber may not see any more. */
  readonly admit: () => Promise<unknown>;
}

/**
 * A user's events, one after the other, for as long as somebody asks for them. It reads only when it is asked for the next,
 * so a subscriber that is slow costs one page and no more: what waits for it waits in the database.
 *
 * No generator: one that waits cannot be ended before it has something to say.
 */
export class EventFeed<Event> implements AsyncIterableIterator<Event> {
  readonly #unwatch: () => void;
  #page: Event[] = [];
  #mayHaveMore = true;
  #isOver = false;
  #wake: (() => void) | undefined;

  constructor(private readonly parts: EventFeedParts<Event>) {
    this.#unwatch = parts.watch(() => this.#look());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    try {
      while (!this.#isOver) {
        const value = this.#page.shift();
        if (value !== undefined) {
          await this.parts.admit();
          return { done: false, value };
        }
        if (this.#mayHaveMore) await this.#read();
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } catch (error) {
      await this.return();
      throw error;
    }
    return { done: true, value: undefined };
  }

  return(): Promise<IteratorResult<Event, undefined>> {
    this.#isOver = true;
    this.#unwatch();
    this.#look();
    return Promise.resolve({ done: true, value: undefined });
  }

  async #read(): Promise<void> {
    this.#mayHaveMore = false;
    const { events, isMore } = await this.parts.reader.read();
    this.#page = [...events];
    this.#mayHaveMore ||= isMore;
  }

  #look(): void {
    this.#mayHaveMore = true;
    this.#wake?.();
    this.#wake = undefined;
  }
}
