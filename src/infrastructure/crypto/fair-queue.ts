interface Lane<Item> {
  readonly owner: string;
  /** A set, so that an item can leave from the middle. */
  readonly items: Set<Item>;
}

/** Lets the owners of what waits take turns, and serves each one's items in the order of their arrival. */
export class FairQueue<Item> {
  /** By owner; whose turn is next comes first. */
  readonly #lanes = new Map<string, Lane<Item>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(owner: string, item: Item): void {
    const lane = this.#lanes.get(owner) ?? { owner, items: new Set() };
    this.#lanes.set(owner, lane);
    lane.items.add(item);
    this.#size += 1;
  }

  delete(owner: string, item: Item): void {
    const lane = this.#lanes.get(owner);
    if (!lane?.items.delete(item)) return;
    this.#size -= 1;
    if (lane.items.size === 0) this.#lanes.delete(owner);
  }

  /** Takes the next item; its owner's others come after those of everybody else. */
  shift(): Item | undefined {
    const lane = first(this.#lanes.values());
    const item = lane && first(lane.items);
    if (!lane || item === undefined) return undefined;
    this.#lanes.delete(lane.owner);
    this.#lanes.set(lane.owner, lane);
    this.delete(lane.owner, item);
    return item;
  }
}

function first<T>(all: Iterable<T>): T | undefined {
  for (const one of all) return one;
  return undefined;
}
