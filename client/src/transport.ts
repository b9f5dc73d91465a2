import { fromWire, unreachable, type WireError } from './errors.js';

type Fetch = typeof globalThis.fetch;

const DEFAULT_TIMEOUT_MS = 30_000;

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly WireError[];
}

export interface Call {
  readonly query: string;
  readonly variables: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** After so long a server that does not answer counts as unreachable. */
  readonly timeoutMs?: number;
}

/** Sends one operation and answers its data. Throws a `GatewayError`, and nothing else. */
export async function post(
  fetch: Fetch,
  url: string,
  { query, variables, headers = {}, timeoutMs = DEFAULT_TIMEOUT_MS }: Call,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await answerTo(fetch, url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const [error] = answer.errors ?? [];
  if (error) throw fromWire(error);
  return answer.data ?? {};
}

async function answerTo(fetch: Fetch, url: string, init: RequestInit): Promise<Answer> {
  let status = 'no answer';
  try {
    const response = await fetch(url, init);
    status = `HTTP ${response.status}`;
    const answer = (await response.json()) as Answer;
    if (answer.data !== undefined || answer.errors !== undefined) return answer;
  } catch (error) {
    if (error instanceof Error && error.name === 'GatewayError') throw error;
    throw unreachable(`The server cannot be reached: ${status}`, error);
  }
  throw unreachable(`What answered is no GraphQL server: ${status}`);
}
