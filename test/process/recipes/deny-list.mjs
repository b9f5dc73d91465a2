/** Sessions that ended while tokens of them still look good: kept from the feed of the gateway, a few bytes each. */
export class DenyList {
  #endedAt = new Map();
  #cursor;

  constructor({ gateway, clientId, clientSecret, tokenLifeSeconds = 3600 }) {
    this.url = `${gateway}/oauth/revocations`;
    this.headers = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` };
    this.tokenLifeMs = tokenLifeSeconds * 1000;
  }

  /** Resolves once the list is as new as the gateway's; goes on by itself from then on. */
  async start() {
    await this.#ask();
    void this.#follow();
    return this;
  }

  /** @param sid the claim `sid` of a token that was verified */
  has(sid) {
    return this.#endedAt.has(sid);
  }

  async #follow() {
    for (;;) {
      try {
        await this.#ask();
      } catch {
        // Away, or restarting: what was missed comes with the next answer.
        await new Promise((resolve) => setTimeout(resolve, 1000).unref());
      }
    }
  }

  async #ask() {
    const since = this.#cursor === undefined ? '' : `?since=${this.#cursor}`;
    const response = await fetch(this.url + since, { headers: this.headers });
    if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
    const { cursor, sessions } = await response.json();
    this.#cursor = cursor;
    for (const { sid, ended_at } of sessions) this.#endedAt.set(sid, Date.parse(ended_at));
    const oldest = Date.now() - this.tokenLifeMs;
    for (const [sid, endedAt] of this.#endedAt) if (endedAt < oldest) this.#endedAt.delete(sid);
  }
}
