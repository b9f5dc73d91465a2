import { LRUCache } from 'lru-cache';
import type { PersistedOperationsConfig } from '../../config';
import { AppError } from '../../errors';
import { readManifest, sha256 } from './manifest';

/** An operation as it comes, by whatever way. */
export interface OperationParams {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
  /** Relay's name for the id of a persisted operation, and the one of GraphQL over HTTP. */
  readonly doc_id?: unknown;
  readonly documentId?: unknown;
  readonly id?: unknown;
}

/** By these words clients of APQ know that they have to send the text, or may as well stop asking. */
const NOT_FOUND = 'PersistedQueryNotFound';
const NOT_SUPPORTED = 'PersistedQueryNotSupported';

/** What is served when only an id comes, and whether anything else is served at all. */
export interface PersistedOperations {
  /** Apollo's own APQ over HTTP, where it is on. */
  readonly cache: OperationCache | undefined;
  /** Whether every text is taken. */
  readonly isOpen: boolean;
  /** The text to execute. @throws AppError BAD_REQUEST for what is not to be served, or not known */
  textOf(params: OperationParams): string;
}

export function openPersistedOperations(config: PersistedOperationsConfig): PersistedOperations {
  switch (config.kind) {
    case 'off':
      return { cache: undefined, isOpen: true, textOf: plainText };
    case 'automatic':
      return new AutomaticOperations(new OperationCache(config.cacheBytes));
    case 'required':
      return new Safelist(readManifest(config.file));
  }
}

/** As Apollo wants one. Texts are kept until others need the room. */
export class OperationCache {
  readonly #texts: LRUCache<string, string>;

  constructor(maxBytes: number) {
    this.#texts = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (text, hash) => Buffer.byteLength(text) + hash.length,
    });
  }

  async get(hash: string): Promise<string | undefined> {
    return this.peek(hash);
  }

  peek(hash: string): string | undefined {
    return this.#texts.get(hash);
  }

  async set(hash: string, text: string): Promise<void> {
    this.#texts.set(hash, text);
  }

  async delete(hash: string): Promise<boolean> {
    return this.#texts.delete(hash);
  }
}

/** Under which Apollo keeps them, so that a subscription is found that was registered by HTTP, and the other way round. */
const PREFIX = 'apq:';

class AutomaticOperations implements PersistedOperations {
  readonly isOpen = true;

  constructor(readonly cache: OperationCache) {}

  textOf(params: OperationParams): string {
    const hash = hashOf(params);
    if (hash === undefined) return plainText(params);
    if (!hasText(params)) {
      const known = this.cache.peek(PREFIX + hash);
      if (known === undefined) throw badRequest(NOT_FOUND);
      return known;
    }
    const text = plainText(params);
    if (sha256(text) !== hash) throw badRequest('provided sha does not match query');
    void this.cache.set(PREFIX + hash, text);
    return text;
  }
}

class Safelist implements PersistedOperations {
  readonly cache = undefined;
  readonly isOpen = false;

  constructor(private readonly texts: ReadonlyMap<string, string>) {}

  /** A text is as good as its id, but for a request that names both and means two. */
  textOf(params: OperationParams): string {
    const id = hashOf(params) ?? [params.documentId, params.doc_id, params.id].find(isText);
    const byText = isText(params.query) ? this.texts.get(sha256(params.query)) : undefined;
    const text = id === undefined ? byText : this.texts.get(id);
    const isOther = hasText(params) && byText !== text;
    if (text === undefined || isOther)
      throw badRequest('Only persisted operations are served here, and this is none of them');
    return text;
  }
}

function plainText(params: OperationParams): string {
  if (hashOf(params) !== undefined && !hasText(params)) throw badRequest(NOT_SUPPORTED);
  if (isText(params.query)) return params.query;
  throw badRequest('The text of the operation must be in `query`');
}

/** Over a WebSocket the text cannot be left out: an empty one is none. */
function hasText({ query }: OperationParams): boolean {
  return query !== undefined && query !== null && query !== '';
}

function hashOf({ extensions }: OperationParams): string | undefined {
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: { sha256Hash?: unknown } | null };
  const hash = persistedQuery?.sha256Hash;
  return isText(hash) ? hash : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function badRequest(message: string): AppError {
  return new AppError('BAD_REQUEST', { message });
}
