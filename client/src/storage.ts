import type { AuthTokens, User } from './generated.js';
import { writableLocalStorage } from './platform.js';

/** What a client keeps of a session. Times are Unix milliseconds by the clock of this device. */
export interface Tokens {
  readonly userId: string;
  readonly accessToken: string;
  readonly accessExpiresAt: number;
  /** Null where it is a cookie that no script can read. */
  readonly refreshToken: string | null;
}

/** What a sign-in answers, as far as it matters here. */
export interface SignIn {
  readonly user: Pick<User, 'id'>;
  readonly tokens: Pick<AuthTokens, 'accessToken' | 'expiresIn' | 'refreshToken'>;
}

export interface TokenStorage {
  /** `cookie` asks the server to set the refresh token as an HttpOnly cookie, and the browser to send it. */
  readonly delivery: 'body' | 'cookie';
  /** A name where several tabs share what is stored, null where they do not. */
  readonly sharedAs: string | null;
  read(): Tokens | null | Promise<Tokens | null>;
  write(tokens: Tokens | null): void | Promise<void>;
}

const DEFAULT_KEY = 'gateway.tokens';

/** For this page, or this process, only. The default. */
export function inMemory(tokens: Tokens | null = null): TokenStorage {
  return { delivery: 'body', sharedAs: null, ...remembered(tokens) };
}

/**
 * The refresh token is an HttpOnly cookie, the access token in memory: what scripts of the page can steal lasts an hour.
 * The server needs REFRESH_TOKEN_DELIVERY `cookie` or `client`, and the page's origin in CORS_ORIGINS.
 */
export function inCookie(): TokenStorage {
  return { delivery: 'cookie', sharedAs: 'gateway.cookie', ...remembered(null) };
}

/** Both tokens in localStorage, where every script of the page can read them; in memory where there is none. */
export function inLocalStorage(key: string = DEFAULT_KEY): TokenStorage {
  const store = writableLocalStorage();
  if (!store) return inMemory();
  return {
    delivery: 'body',
    sharedAs: key,
    read: () => parsed(store.getItem(key)),
    write: (tokens) => {
      if (tokens) store.setItem(key, JSON.stringify(tokens));
      else store.removeItem(key);
    },
  };
}

function remembered(tokens: Tokens | null): Pick<TokenStorage, 'read' | 'write'> {
  let current = tokens;
  return { read: () => current, write: (next) => void (current = next) };
}

/** What somebody else wrote under our key counts as nothing. */
function parsed(text: string | null): Tokens | null {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<Tokens> | null;
    return typeof value?.accessToken === 'string' && typeof value.userId === 'string'
      ? (value as Tokens)
      : null;
  } catch {
    return null;
  }
}

/** What to keep of an answer to a sign-in or a refresh, received now. */
export function tokensOf({ tokens, user }: SignIn): Tokens {
  const { accessToken, expiresIn, refreshToken } = tokens;
  return { userId: user.id, accessToken, accessExpiresAt: Date.now() + expiresIn * 1000, refreshToken };
}
