import type { Answer, Connection } from './connection';

/** A request, and how its answer is judged. */
export interface Exchange {
  /** The whole HTTP/1.1 message, ASCII only. */
  readonly request: string;
  /** 200 unless it says otherwise. */
  readonly status?: number;
  /** Whether the body is what this request has to bring; may remember what it tells. */
  readonly accepts: (body: string) => boolean;
}

/** What is asked next; the connections of a load take turns in calling it. */
export type NextExchange = () => Exchange;

/** A server that answers wrongly is not fast: it ends the run. */
export class WrongAnswerError extends Error {
  override readonly name = 'WrongAnswerError';

  constructor({ request }: Exchange, { status, body }: Answer) {
    const asked = request.slice(0, request.indexOf('\r\n'));
    super(`A wrong answer to ${asked}: ${status} ${body.slice(0, 500)}`);
  }
}

/** @throws WrongAnswerError */
export async function perform(connection: Connection, exchange: Exchange): Promise<void> {
  const answer = await connection.send(exchange.request);
  const right =
    answer.status === (exchange.status ?? 200) &&
    // GraphQL answers its errors with 200.
    !answer.body.includes('"errors"') &&
    exchange.accepts(answer.body);
  if (!right) throw new WrongAnswerError(exchange, answer);
}

type Headers = Readonly<Record<string, string>>;

export function get(path: string, headers: Headers = {}): string {
  return `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${lines(headers)}\r\n`;
}

/** JSON unless `headers` says otherwise. */
export function post(path: string, body: string, headers: Headers = {}): string {
  const all = { 'content-type': 'application/json', 'content-length': String(body.length), ...headers };
  return `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${lines(all)}\r\n${body}`;
}

function lines(headers: Headers): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}
