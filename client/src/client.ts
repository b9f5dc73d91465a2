import { authorizedFetch } from './authorized-fetch.js';
import { isGatewayError } from './errors.js';
import { lazyEvents, type Events, type Observer, type WebSocketConstructor } from './events.js';
import { documents, type AuthPayload, type Operations, type RegisterPayload } from './generated.js';
import { absolute } from './platform.js';
import { Session, type SessionChange, type SessionState } from './session.js';
import { inMemory, tokensOf, type SignIn, type Tokens, type TokenStorage } from './storage.js';
import { post } from './transport.js';

type Fetch = typeof globalThis.fetch;
type Data = Readonly<Record<string, unknown>>;

export interface GatewayOptions {
  /** The address of GraphQL, for example `https://auth.example.com/graphql`. In a page it may be relative. */
  readonly url: string;
  /** Where tokens are kept: `inMemory()` (the default), `inCookie()`, `inLocalStorage()`, or one of your own. */
  readonly tokens?: TokenStorage;
  /** What sends the requests; `globalThis.fetch` by default. */
  readonly fetch?: Fetch;
  /** What live events come through; `globalThis.WebSocket` by default, which Node.js has from version 22. */
  readonly webSocket?: WebSocketConstructor;
}

/** A document with its types, as graphql-codegen writes it with `documentMode: 'string'`; any text will do. */
export interface TypedDocument<Result, Variables> {
  toString(): string;
  __apiType?: (variables: Variables) => Result;
}

/** What follows the document: nothing is left out that it needs. */
type Rest<Variables> =
  // eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- the question is whether nothing will do
  Pick<Variables, never> extends Variables ? [variables?: Variables] : [variables: Variables];

/** Every field of Query and Mutation is a method; those that sign in and out also keep and forget the tokens. */
export interface GatewayClient extends Omit<Operations, 'refresh'> {
  readonly url: string;
  readonly state: SessionState;
  /** Whether somebody is signed in, found out by the storage or the cookie. Throws when the server must be asked and cannot be. */
  restore(): Promise<boolean>;
  /** Renews the tokens now; false when the session has ended. Nobody needs to call it: requests do. */
  refresh(): Promise<boolean>;
  /** Keeps the tokens of a sign-in that another GraphQL client did. */
  adopt(signIn: SignIn): Promise<void>;
  /** An access token with some time left, for another service; null when nobody is signed in. */
  accessToken(): Promise<string | null>;
  /** Calls the listener after a sign-in, a refresh or the end of the session, whichever tab it happened in. */
  onChange(listener: (change: SessionChange) => void): () => void;
  /** Sends a document of one's own. Throws a `GatewayError`. */
  request<Result = Data, Variables extends object = object>(
    document: string | TypedDocument<Result, Variables>,
    ...rest: Rest<Variables>
  ): Promise<Result>;
  /** `fetch` for other GraphQL clients: it authorizes, refreshes and repeats. Other origins get no token. */
  readonly fetch: Fetch;
  /** Every field of Subscription, over one WebSocket for all; loaded when it is first used. */
  readonly events: Events;
  /** A subscription of one's own; the function returned ends it. */
  subscribe<Result = Data>(document: string, variables: object, observer: Observer<Result>): () => void;
  /** Ends what listens to other tabs. */
  close(): void;
}

/** Fields that need no token; an old one must not stand in their way. */
const PUBLIC: readonly string[] = [
  'login',
  'register',
  'verifyEmail',
  'resendVerification',
  'requestPasswordReset',
  'resetPassword',
  'health',
  'errorCatalog',
];

/** Short, so that a second try comes while the server still answers the same token again. */
const REFRESH_TIMEOUT_MS = 8_000;

export function createGatewayClient(options: GatewayOptions): GatewayClient {
  const {
    url,
    tokens: storage = inMemory(),
    fetch: baseFetch = (...args) => globalThis.fetch(...args),
  } = options;
  const isCookie = storage.delivery === 'cookie';
  const delivery = isCookie ? { 'x-token-delivery': 'cookie' } : {};
  const plainFetch: Fetch = (input, init) =>
    baseFetch(input, isCookie && !init?.credentials ? { ...init, credentials: 'include' } : init);

  const session = new Session(`${storage.sharedAs} ${url}`, storage, async (refreshToken) => {
    const data = await post(plainFetch, url, {
      query: documents.refresh,
      variables: refreshToken === null ? {} : { refreshToken },
      headers: delivery,
      timeoutMs: REFRESH_TIMEOUT_MS,
    });
    return tokensOf(data['refresh'] as AuthPayload);
  });

  const fetchAuthorized = authorizedFetch(session, absolute(url).origin, baseFetch, plainFetch);
  const call = async (name: keyof Operations, variables: object): Promise<unknown> => {
    const isPublic = PUBLIC.includes(name);
    const headers = name === 'login' || name === 'register' ? delivery : {};
    const data = await post(isPublic ? plainFetch : fetchAuthorized, url, {
      query: documents[name],
      variables,
      headers,
    });
    return data[name];
  };
  const tokensBut = async (refused: string | null): Promise<Tokens | null> => {
    const tokens = await session.current();
    const isRefused = tokens !== null && tokens.accessToken === refused;
    return isRefused ? session.refresh(tokens) : tokens;
  };
  const live = { url, tokens: tokensBut, webSocket: options.webSocket };

  return {
    ...operations(call),
    ...signingInAndOut(call, session),
    url,
    get state() {
      return session.state;
    },
    restore: async () => (await session.current()) !== null,
    refresh: async () => (await session.refresh(await storage.read())) !== null,
    adopt: (signIn) => session.begin(tokensOf(signIn)),
    accessToken: async () => (await session.current())?.accessToken ?? null,
    onChange: (listener) => session.onChange(listener),
    request: async (document, ...[variables]) =>
      (await post(fetchAuthorized, url, { query: document.toString(), variables: variables ?? {} })) as never,
    fetch: fetchAuthorized,
    ...lazyEvents(live, () => session.userId),
    close: () => session.close(),
  };
}

type Calling = (name: keyof Operations, variables: object) => Promise<unknown>;

function operations(call: Calling): Operations {
  const methods = (Object.keys(documents) as (keyof Operations)[]).map(
    (name) => [name, (variables: object = {}) => call(name, variables)] as const,
  );
  return Object.fromEntries(methods) as unknown as Operations;
}

/** What a session begins and ends with. */
function signingInAndOut(
  call: Calling,
  session: Session,
): Pick<Operations, 'login' | 'register' | 'logout' | 'logoutAll' | 'deleteAccount'> {
  return {
    async login(variables) {
      const payload = (await call('login', variables)) as AuthPayload;
      await session.begin(tokensOf(payload));
      return payload;
    },
    async register(variables) {
      const payload = (await call('register', variables)) as RegisterPayload;
      const { user, tokens } = payload;
      if (tokens) await session.begin(tokensOf({ user, tokens }));
      return payload;
    },
    /** The tokens are forgotten even if the server cannot be told; then this throws all the same. */
    async logout() {
      try {
        return (await call('logout', {})) as boolean;
      } catch (error) {
        if (isGatewayError(error) && ENDED_ALREADY.includes(error.code)) return true;
        throw error;
      } finally {
        await session.end();
      }
    },
    async logoutAll() {
      const ended = (await call('logoutAll', {})) as number;
      await session.end();
      return ended;
    },
    async deleteAccount(variables) {
      const isDeleted = (await call('deleteAccount', variables)) as boolean;
      await session.end();
      return isDeleted;
    },
  };
}

const ENDED_ALREADY: readonly string[] = ['UNAUTHENTICATED', 'INVALID_TOKEN', 'TOKEN_EXPIRED'];
