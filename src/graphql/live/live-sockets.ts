import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import type * as graphqlWs from 'graphql-ws';
import { GraphQLError, type ExecutionResult } from 'graphql';
import type * as wsLibrary from 'ws';
import { AppError } from '../../errors';
import type { Upgrade } from '../../http/upgrades';
import { LiveContext, type LiveCaller } from './live-context';
import type { LiveParts } from './live-parts';
import type { OperationParams } from '../persisted/persisted-operations';
import { isRecord } from './live-operations';
import { CLOSE, LiveSocket, type Extra, type InitPayload, type SocketContext } from './live-socket';

/** Where a client that loses its connection before the first event goes on. A type, for graphql-ws takes no interface. */
type Greeting = { readonly since: Readonly<Record<'creditEvents' | 'sessionEvents', string>> };

/** GraphQL over WebSocket, by the protocol graphql-transport-ws; subscriptions only. */
export class LiveSockets {
  readonly #outside = new AsyncResource('LiveSockets');
  readonly #webSockets: wsLibrary.WebSocketServer;
  readonly #protocol: graphqlWs.Server<Extra>;
  readonly #open = new Set<LiveSocket>();
  #pinging: NodeJS.Timeout | undefined;

  constructor(private readonly parts: LiveParts) {
    const { WebSocketServer } = require('ws') as typeof wsLibrary;
    const { handleProtocols, makeServer } = require('graphql-ws') as typeof graphqlWs;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: parts.bodyLimitBytes,
      // A few bytes on the line can be megabytes unpacked, and each connection would keep a window.
      perMessageDeflate: false,
      handleProtocols,
    });
    this.#protocol = makeServer<InitPayload, Extra>({
      connectionInitWaitTimeout: parts.config.subscriptions.initTimeoutSeconds * 1000,
      onConnect: (context) => this.#connect(context),
      onSubscribe: (context, _id, payload) => this.#subscribe(context, payload),
      subscribe: (args) => parts.operations.subscribe(args) as Promise<AsyncGenerator<ExecutionResult>>,
      onNext: (_context, _id, _payload, args, result) =>
        parts.operations.formatResult(result as ExecutionResult, args.contextValue as LiveContext),
      onError: ({ extra }, _id, _payload, errors) => this.#formatErrors(extra.socket, errors),
    });
  }

  /** @throws AppError SERVICE_UNAVAILABLE when there are too many already */
  accept(request: IncomingMessage, upgrade: () => Upgrade, caller: LiveCaller): void {
    const release = this.parts.connections.reserve();
    const { socket, head } = upgrade();
    socket.once('close', release);
    const { authorization } = request.headers;
    this.#outside.runInAsyncScope(() =>
      this.#webSockets.handleUpgrade(request, socket, head, (raw) => {
        this.#opened(raw, new LiveSocket(raw, caller, authorization, this.parts.config.subscriptions));
      }),
    );
  }

  close(): void {
    clearInterval(this.#pinging);
    for (const socket of this.#open) socket.close(...CLOSE.goingAway);
  }

  #opened(raw: wsLibrary.WebSocket, socket: LiveSocket): void {
    const closed = this.#protocol.opened(socket, { socket });
    this.#open.add(socket);
    this.#pinging ??= setInterval(
      () => this.#ping(),
      this.parts.config.subscriptions.pingSeconds * 1000,
    ).unref();
    // What breaks the protocol (too long, not UTF-8) is closed by `ws` with the code for it.
    raw.on('error', () => undefined);
    raw.once('close', (code: number, reason: Buffer) => {
      this.#open.delete(socket);
      socket.closed();
      void closed(code, reason.toString());
      this.parts.logger.debug({ code, client_ip: socket.caller.ipAddress }, 'live_connection_closed');
    });
  }

  #ping(): void {
    for (const socket of this.#open) socket.ping();
  }

  /** @returns the payload of `connection_ack`; false for who may not come in, and hears why as the connection closes */
  async #connect({ extra: { socket }, connectionParams }: SocketContext): Promise<Greeting | false> {
    const { authenticator, connections, feeds, logger } = this.parts;
    try {
      const viewer = await authenticator.viewerFromHeader(
        authorizationOf(connectionParams) ?? socket.authorization,
      );
      const end = (): void => socket.close(CLOSE.forbidden[0], 'INVALID_TOKEN');
      socket.onceClosed(connections.hold(viewer, end));
      socket.viewer = viewer;
      const creditEvents = await feeds.creditEvents.positionOf(viewer);
      logger.debug({ user_id: viewer.userId, client_ip: socket.caller.ipAddress }, 'live_connection_opened');
      return { since: { creditEvents, sessionEvents: feeds.sessionEvents.position() } };
    } catch (error) {
      socket.close(...closeFor(error));
      if (!(error instanceof AppError)) logger.error({ error }, 'live_connection_failed');
      return false;
    }
  }

  async #subscribe(
    { extra: { socket }, subscriptions }: SocketContext,
    payload: OperationParams,
  ): Promise<ReturnType<LiveParts['operations']['prepare']> | GraphQLError[]> {
    const { maxPerConnection } = this.parts.config.subscriptions;
    try {
      if (!socket.viewer) throw new AppError('UNAUTHENTICATED');
      if (Object.keys(subscriptions).length > maxPerConnection)
        throw new AppError('RATE_LIMITED', { message: 'Too many subscriptions on this connection' });
      const context = this.#contextOf(socket);
      await this.parts.limiter.consume('other', context.surface, context);
      return this.parts.operations.prepare(payload, context);
    } catch (error) {
      return [toGraphQLError(error)];
    }
  }

  #formatErrors(
    socket: LiveSocket,
    errors: readonly GraphQLError[],
  ): ReturnType<LiveParts['operations']['format']>[] {
    const context = this.#contextOf(socket);
    return errors.map((error) => this.parts.operations.format(error, context));
  }

  #contextOf(socket: LiveSocket): LiveContext {
    const { authenticator, feeds } = this.parts;
    if (!socket.viewer) throw new AppError('UNAUTHENTICATED');
    return new LiveContext(socket.caller, socket.viewer, authenticator, feeds);
  }
}

/** Where clients put it: beside the other parameters, or among headers, in any spelling. */
function authorizationOf(payload: InitPayload): string | undefined {
  for (const place of [payload, payload?.['headers']]) {
    if (!isRecord(place)) continue;
    const [, value] = Object.entries(place).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

/** With the error's code as the reason: a client tells from it whether to refresh, to sign in again or to wait. */
function closeFor(error: unknown): readonly [number, string] {
  if (!(error instanceof AppError)) return CLOSE.failed;
  if (error.code === 'SERVICE_UNAVAILABLE') return [CLOSE.tryAgain[0], error.code];
  if (error.code === 'RATE_LIMITED') return [CLOSE.tooMany[0], error.message];
  return [CLOSE.forbidden[0], error.code];
}

function toGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error('not an error', { cause: error });
  return new GraphQLError(originalError.message, { originalError });
}
