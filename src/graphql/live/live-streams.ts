import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { SessionViewer } from '../../foundation/viewer';
import { LiveContext, type LiveCaller } from './live-context';
import type { LiveParts } from './live-parts';
import type { OperationParams } from '../persisted/persisted-operations';

type Results = AsyncGenerator<ExecutionResult, void, void>;

/** GraphQL over server-sent events, by graphql-sse's protocol with one connection for each operation. */
export class LiveStreams {
  readonly #open = new Set<LiveStream>();

  constructor(private readonly parts: LiveParts) {}

  /**
   * Answers until the client goes, the session ends or the server stops.
   * @param start begins the answer; called once it is clear that there is one
   * @throws AppError UNAUTHENTICATED, INVALID_TOKEN, TOKEN_EXPIRED, RATE_LIMITED, SERVICE_UNAVAILABLE
   */
  async serve(
    params: OperationParams,
    caller: LiveCaller,
    authorization: string | undefined,
    start: () => ServerResponse,
  ): Promise<void> {
    const { authenticator, connections, config, feeds } = this.parts;
    const viewer: SessionViewer = await authenticator.viewerFromHeader(authorization);
    const context = new LiveContext(caller, viewer, authenticator, feeds);
    const release = connections.reserve();
    let forget: (() => void) | undefined;
    try {
      const ended = new AbortController();
      forget = connections.hold(viewer, () => ended.abort());
      const stream = new LiveStream(start(), config.subscriptions.pingSeconds);
      this.#open.add(stream);
      stream.onClose(() => this.#open.delete(stream));
      await this.#tell(params, stream, context, ended.signal);
      await stream.complete();
    } finally {
      forget?.();
      release();
    }
  }

  close(): void {
    for (const stream of this.#open) stream.end();
  }

  async #tell(
    params: OperationParams,
    stream: LiveStream,
    context: LiveContext,
    ended: AbortSignal,
  ): Promise<void> {
    const { operations } = this.parts;
    try {
      const results = await operations.subscribe(operations.prepare(params, context));
      if (!isResults(results)) {
        await stream.next(operations.formatResult(results, context));
        return;
      }
      const stop = (): void => void results.return();
      ended.addEventListener('abort', stop);
      stream.onClose(stop);
      // Both may have been before anybody listened.
      if (ended.aborted || stream.isClosed) stop();
      for await (const result of results) await stream.next(operations.formatResult(result, context));
      // The last word to somebody whose session has ended.
      if (ended.aborted) await context.requireViewer();
    } catch (error) {
      await stream.next({ errors: [operations.format(error, context)] });
    }
  }
}

/** One answer under way. */
class LiveStream {
  readonly #pinging: NodeJS.Timeout;
  #hasWaited = false;

  constructor(
    private readonly response: ServerResponse,
    pingSeconds: number,
  ) {
    // Something to read at once: some browsers say nothing of a stream before.
    response.write(':\n\n');
    this.#pinging = setInterval(() => this.#ping(), pingSeconds * 1000).unref();
    this.onClose(() => clearInterval(this.#pinging));
  }

  get isClosed(): boolean {
    return this.response.destroyed || this.response.closed;
  }

  /** At once where the client has gone already. */
  onClose(work: () => void): void {
    if (this.isClosed) work();
    else this.response.once('close', work);
  }

  next(result: unknown): Promise<void> {
    return this.#write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
  }

  async complete(): Promise<void> {
    await this.#write('event: complete\ndata:\n\n');
    this.end();
  }

  end(): void {
    clearInterval(this.#pinging);
    this.response.end();
  }

  /** Resolves once the system has taken it: whoever does not read is not written to. */
  async #write(text: string): Promise<void> {
    if (this.response.writableEnded || this.isClosed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.response.off('close', done);
        resolve();
      };
      this.response.once('close', done);
      this.response.write(text, done);
    });
  }

  /** Who has read nothing between two pings is gone. */
  #ping(): void {
    if (!this.response.writableNeedDrain && this.response.writableLength === 0) {
      this.#hasWaited = false;
      this.response.write(':\n\n');
    } else if (this.#hasWaited) this.response.destroy();
    else this.#hasWaited = true;
  }
}

function isResults(results: Results | ExecutionResult): results is Results {
  return Symbol.asyncIterator in results;
}
