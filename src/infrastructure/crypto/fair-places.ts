/** A number of places of which no owner holds more than a share. */
export class FairPlaces {
  readonly #held = new Map<string, number>();
  #taken = 0;

  constructor(
    private readonly total: number,
    private readonly perOwner: number,
  ) {}

  get taken(): number {
    return this.#taken;
  }

  /** False when there is none left, or none for this owner. */
  take(owner: string): boolean {
    const held = this.#held.get(owner) ?? 0;
    if (this.#taken >= this.total || held >= this.perOwner) return false;
    this.#held.set(owner, held + 1);
    this.#taken += 1;
    return true;
  }

  giveBack(owner: string): void {
    const held = this.#held.get(owner) ?? 0;
    if (held > 1) this.#held.set(owner, held - 1);
    else this.#held.delete(owner);
    this.#taken -= 1;
  }
}
