import { randomUUID } from 'node:crypto';
import type { SentryConfig } from '../../../config';
import { errorCatalogue, type ErrorCode } from '../../../errors';
import type { LogSink } from './log-sink';

/** Events on their way; what comes meanwhile is dropped: a storm of one error says nothing new. */
const MAX_UNDERWAY = 10;
const MAX_AN_HOUR = 500;
const HOUR_MS = 60 * 60 * 1000;
const TIMEOUT_MS = 5_000;
const CLOSE_PATIENCE_MS = 2_000;

/** A line of the log, as far as it tells of an error; the redaction has made it. */
interface ErrorLine {
  readonly level: string;
  readonly timestamp: string;
  readonly event: string;
  readonly error_code?: string;
  readonly request_id?: string;
  readonly trace_id?: string;
  readonly error?: LoggedError;
}

interface LoggedError {
  readonly type?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/**
 * Tells Sentry of errors that nobody foresaw: those that are answered with 500, and those that end the process. It gets what
 * the log gets, masked as the log is, and of the request its id alone.
 */
export class SentrySink implements LogSink {
  readonly name = 'sentry';
  dropped = 0;
  readonly #underway = new Set<Promise<void>>();
  #hourEndsMs = 0;
  #inHour = 0;
  #silentUntilMs = 0;

  constructor(
    private readonly config: SentryConfig,
    private readonly service: string,
    private readonly environment: string,
  ) {}

  write(text: string): void {
    if (!/^\{"level":"(ERROR|CRITICAL)"/.test(text)) return;
    const line = JSON.parse(text) as ErrorLine;
    if (!isUnexpected(line)) return;
    if (!this.#hasRoom()) {
      this.dropped += 1;
      return;
    }
    const sending = this.#send(line)
      .catch(() => void (this.dropped += 1))
      .finally(() => this.#underway.delete(sending));
    this.#underway.add(sending);
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, CLOSE_PATIENCE_MS);
    });
    await Promise.race([Promise.all(this.#underway), late]);
    clearTimeout(timer);
  }

  #hasRoom(): boolean {
    const nowMs = Date.now();
    if (nowMs >= this.#hourEndsMs) {
      this.#hourEndsMs = nowMs + HOUR_MS;
      this.#inHour = 0;
    }
    if (nowMs < this.#silentUntilMs || this.#underway.size >= MAX_UNDERWAY) return false;
    this.#inHour += 1;
    return this.#inHour <= MAX_AN_HOUR;
  }

  /** @throws Error when Sentry does not take it */
  async #send(line: ErrorLine): Promise<void> {
    const { url, publicKey } = this.config;
    const event = this.#eventOf(line);
    const parts = [{ event_id: event.event_id, sent_at: new Date().toISOString() }, { type: 'event' }, event];
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-sentry-envelope',
        'x-sentry-auth': `Sentry sentry_version=7, sentry_client=graphql-auth-gateway, sentry_key=${publicKey}`,
      },
      body: `${parts.map((part) => JSON.stringify(part)).join('\n')}\n`,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.status === 429) {
      this.#silentUntilMs = Date.now() + (Number(response.headers.get('retry-after')) || 60) * 1000;
    }
    if (!response.ok) throw new Error(`Sentry answered ${response.status}`);
  }

  /** https://develop.sentry.dev/sdk/data-model/event-payloads/ */
  #eventOf({ level, timestamp, event, error, error_code, request_id, trace_id }: ErrorLine) {
    return {
      event_id: randomUUID().replaceAll('-', ''),
      timestamp,
      platform: 'node',
      level: level === 'CRITICAL' ? 'fatal' : 'error',
      logger: event,
      server_name: this.service,
      environment: this.environment,
      tags: { event, error_code, request_id, trace_id },
      ...(error ? { exception: { values: exceptionsOf(error) } } : { message: event }),
    };
  }
}

function isUnexpected({ level, error_code: code }: ErrorLine): boolean {
  if (level === 'CRITICAL') return true;
  return code !== undefined && code in errorCatalogue && errorCatalogue[code as ErrorCode].httpStatus === 500;
}

/** The cause first, as Sentry has it. */
function exceptionsOf({ type = 'Error', message, stack = '', cause }: LoggedError): object[] {
  const causes = typeof cause === 'object' ? exceptionsOf(cause) : [];
  return [...causes, { type, value: message, stacktrace: { frames: framesOf(stack) } }];
}

const FRAME = /^\s+at (?:(.+?) \()?(.+?):(\d+):(\d+)\)?$/;

/** The innermost last, as Sentry has it. */
function framesOf(stack: string): object[] {
  return stack
    .split('\n')
    .map((line) => FRAME.exec(line))
    .filter((found) => found !== null)
    .map(([, name = '<anonymous>', filename = '', lineno, colno]) => ({
      function: name,
      filename,
      lineno: Number(lineno),
      colno: Number(colno),
      in_app: !/node_modules|^node:/.test(filename),
    }))
    .reverse();
}
