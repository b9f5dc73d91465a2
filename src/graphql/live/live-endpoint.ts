import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors';
import { isUpgrade, takeUpgrade, type Upgrade } from '../../http/upgrades';
import type { LiveCaller } from './live-context';
import type { LiveParts } from './live-parts';
import type { OperationParams } from '../persisted/persisted-operations';
import { isRecord } from './live-operations';
import { LiveSockets } from './live-sockets';
import { LiveStreams } from './live-streams';

const EVENT_STREAM = 'text/event-stream';
/** A comment ends with its line and nowhere else, so that there is one way to read each text. */
const SUBSCRIPTION =
  /^(?:[\s,\uFEFF]|#[^\n\r]*(?:[\n\r]|$))*(?:subscription\b|fragment\b[^]*\bsubscription\b)/;

/** The part of `/graphql` that goes on telling: by WebSocket, or by server-sent events. */
export class LiveEndpoint {
  #sockets: LiveSockets | undefined;
  readonly #streams: LiveStreams;

  constructor(private readonly parts: LiveParts) {
    this.#streams = new LiveStreams(parts);
  }

  takes(request: FastifyRequest): boolean {
    return isUpgrade(request.raw) || wantsStream(request);
  }

  /** @throws AppError before anything is sent */
  async answer(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.#refuseStrangers(request);
    const { requestId, ipAddress, userAgent, surface, limits } = request.caller;
    const caller: LiveCaller = { requestId, ipAddress, userAgent };
    // Before a token is looked at, which is work.
    await this.parts.limiter.consume('other', surface, { ipAddress, limits });
    if (isUpgrade(request.raw)) {
      this.#sockets ??= new LiveSockets(this.parts);
      this.#sockets.accept(request.raw, () => upgradeOf(request, reply), caller);
      return;
    }
    const { authorization } = request.headers;
    await this.#streams.serve(request.body as OperationParams, caller, authorization, () =>
      beginStream(reply),
    );
  }

  close(): void {
    this.#sockets?.close();
    this.#streams.close();
  }

  /** Browsers let any page open a WebSocket anywhere, cookies and all; there is no CORS for them. */
  #refuseStrangers({ headers: { origin } }: FastifyRequest): void {
    if (origin === undefined || this.parts.isAnyOrigin || this.parts.allowedOrigins.has(origin)) return;
    throw new AppError('FORBIDDEN', { message: 'Pages of this origin may not connect' });
  }
}

/** Whoever takes JSON as well gets it, unless it is a subscription. */
function wantsStream({ method, headers: { accept = '' }, body }: FastifyRequest): boolean {
  if (method !== 'POST' || !accept.includes(EVENT_STREAM) || !isRecord(body)) return false;
  const { query } = body;
  return !accept.includes('json') || (typeof query === 'string' && SUBSCRIPTION.test(query));
}

function upgradeOf(request: FastifyRequest, reply: FastifyReply): Upgrade {
  const upgrade = takeUpgrade(request.raw);
  if (!upgrade) throw new AppError('BAD_REQUEST');
  reply.hijack();
  return upgrade;
}

function beginStream(reply: FastifyReply): FastifyReply['raw'] {
  reply.hijack();
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string | number | string[]>),
    'content-type': `${EVENT_STREAM}; charset=utf-8`,
    'cache-control': 'no-store',
    // nginx would keep what is small until it is much.
    'x-accel-buffering': 'no',
  });
  return reply.raw;
}
