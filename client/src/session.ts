import { isGatewayError } from './errors.js';
import { pause } from './platform.js';
import type { Tokens, TokenStorage } from './storage.js';
import { oneTabAtATime, openChannel, type TabChannel } from './tabs.js';

/** An access token is renewed when it has less than this left, so that none expires on its way. */
const MARGIN_MS = 30_000;
/** How long a tab that had to wait for another one's refresh waits for the news of it. */
const NEWS_MS = 200;
/** Answers to a refresh after which the session is over; all others may pass. */
const FINAL = ['INVALID_TOKEN', 'TOKEN_EXPIRED', 'UNAUTHENTICATED', 'ACCOUNT_DISABLED', 'EMAIL_NOT_VERIFIED'];

/** `unknown` until the storage was read, and with a cookie until the first refresh. */
export type SessionState = 'unknown' | 'signed-in' | 'signed-out';
/** What happened, in this tab or another. After `signed-in` and `signed-out` cached data is somebody else's. */
export type SessionChange = 'signed-in' | 'refreshed' | 'signed-out';

/** What tabs tell each other. Tokens only where the others cannot read them from the storage. */
interface News {
  readonly userId: string | null;
  readonly tokens: Tokens | null;
}

const isFresh = (tokens: Tokens): boolean => tokens.accessExpiresAt - Date.now() > MARGIN_MS;

/** The tokens of this device, and when to renew them: once, however many requests and tabs ask. */
export class Session {
  /** Undefined until it is known whether anybody is signed in. */
  #userId: string | null | undefined;
  #refreshing: Promise<Tokens | null> | undefined;
  readonly #listeners = new Set<(change: SessionChange) => void>();
  readonly #channel: TabChannel<News> | undefined;

  constructor(
    private readonly name: string,
    private readonly storage: TokenStorage,
    private readonly rotate: (refreshToken: string | null) => Promise<Tokens>,
  ) {
    if (storage.sharedAs === null) return;
    const withoutTokens = ({ userId }: News): News => ({ userId, tokens: null });
    this.#channel = openChannel<News>(name, (news) => void this.#hear(news), withoutTokens);
  }

  get userId(): string | null | undefined {
    return this.#userId;
  }

  get state(): SessionState {
    if (this.#userId === undefined) return 'unknown';
    return this.#userId === null ? 'signed-out' : 'signed-in';
  }

  onChange(listener: (change: SessionChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tokens for a request, renewed when they are about to expire; null when nobody is signed in. */
  async current(): Promise<Tokens | null> {
    const tokens = await this.#read();
    if (!tokens) return this.#mayHaveCookie() ? this.refresh(null) : null;
    if (isFresh(tokens)) return tokens;
    try {
      return await this.refresh(tokens);
    } catch (error) {
      // The server has a bad moment; what has not expired yet is still good.
      if (tokens.accessExpiresAt > Date.now()) return tokens;
      throw error;
    }
  }

  /** Tokens newer than the given ones; null when the session has ended. Throws when that cannot be known now. */
  refresh(stale: Tokens | null): Promise<Tokens | null> {
    this.#refreshing ??= this.#refreshOnce(stale).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** Keeps the tokens of a sign-in. */
  async begin(tokens: Tokens): Promise<void> {
    await this.#settle();
    await this.#keep(tokens);
  }

  /** Forgets the tokens. */
  async end(): Promise<void> {
    await this.#settle();
    await this.#keep(null);
  }

  close(): void {
    this.#channel?.close();
    this.#listeners.clear();
  }

  /** A refresh that is on its way must not write its tokens after us. */
  async #settle(): Promise<void> {
    await this.#refreshing?.catch(() => undefined);
  }

  async #refreshOnce(stale: Tokens | null): Promise<Tokens | null> {
    const work = async (hadToWait: boolean): Promise<Tokens | null> =>
      (await this.#newerThan(stale, hadToWait ? NEWS_MS : 0)) ?? this.#renew();
    return this.storage.sharedAs === null ? work(false) : oneTabAtATime(this.name, work);
  }

  /** What another request or another tab got in the meantime. */
  async #newerThan(stale: Tokens | null, patienceMs: number): Promise<Tokens | null> {
    const until = Date.now() + patienceMs;
    for (;;) {
      const tokens = await this.#read();
      if (tokens && tokens.accessToken !== stale?.accessToken && isFresh(tokens)) return tokens;
      if (Date.now() >= until) return null;
      await pause(10);
    }
  }

  async #renew(): Promise<Tokens | null> {
    const refreshToken = (await this.#read())?.refreshToken ?? null;
    try {
      if (refreshToken !== null || this.storage.delivery === 'cookie') {
        const tokens = await this.#rotatePatiently(refreshToken);
        await this.#keep(tokens);
        return tokens;
      }
    } catch (error) {
      if (!isGatewayError(error) || !FINAL.includes(error.code)) throw error;
    }
    await this.#keep(null);
    return null;
  }

  /** The answer can be lost after the token was spent. For 10 seconds the server gives it once more. */
  async #rotatePatiently(refreshToken: string | null): Promise<Tokens> {
    try {
      return await this.rotate(refreshToken);
    } catch (error) {
      if (!isGatewayError(error) || error.code !== 'UNREACHABLE') throw error;
      return this.rotate(refreshToken);
    }
  }

  #mayHaveCookie(): boolean {
    return this.storage.delivery === 'cookie' && this.state !== 'signed-out';
  }

  async #read(): Promise<Tokens | null> {
    const tokens = await this.storage.read();
    if (tokens || this.storage.delivery === 'body') this.#see(tokens?.userId ?? null, false);
    return tokens;
  }

  async #keep(tokens: Tokens | null): Promise<void> {
    const hadUser = typeof this.#userId === 'string';
    await this.storage.write(tokens);
    const userId = tokens?.userId ?? null;
    // A tab in which nobody was signed in has nothing to tell the others of.
    if (tokens || hadUser) {
      this.#channel?.post({ userId, tokens: this.storage.delivery === 'cookie' ? tokens : null });
    }
    this.#see(userId, true);
  }

  async #hear({ userId, tokens }: News): Promise<void> {
    if (this.storage.delivery === 'cookie') await this.storage.write(tokens);
    this.#see(userId, true);
  }

  #see(userId: string | null, isNews: boolean): void {
    const before = this.#userId;
    this.#userId = userId;
    if (userId !== before) this.#tell(userId === null ? 'signed-out' : 'signed-in');
    else if (userId !== null && isNews) this.#tell('refreshed');
  }

  #tell(change: SessionChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
