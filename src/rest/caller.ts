import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { familyOfPath } from '../foundation/paths';
import type { DeviceMemory, LimitStatus, RequestContext, Surface } from '../foundation/request-context';

/** `__Host-`: browsers take it only with Secure and Path=/ and without a Domain, so no subdomain can plant one. */
export const DEVICE_COOKIE = '__Host-device';
const DEVICE_COOKIE_SECONDS = 365 * 24 * 60 * 60;

/** What every face of the gateway tells its use cases of an HTTP request. */
export class HttpCaller implements RequestContext, DeviceMemory {
  readonly requestId: string;
  readonly surface: Surface;
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
  readonly acceptLanguage: string | undefined;
  readonly limits: LimitStatus[] = [];
  private abortion: AbortController | undefined;

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {
    this.requestId = request.id;
    this.surface = familyOfPath(request.url) ?? 'graphql';
    this.ipAddress = clientAddress(request);
    this.userAgent = request.headers['user-agent'];
    this.acceptLanguage = request.headers['accept-language'];
  }

  get device(): DeviceMemory {
    return this;
  }

  /** Made for those who ask: most requests are over before anybody could abort them. */
  get signal(): AbortSignal {
    this.abortion ??= this.watchClient(new AbortController());
    return this.abortion.signal;
  }

  recall(): string | undefined {
    return this.request.cookies[DEVICE_COOKIE];
  }

  remember(note: string): void {
    // Only browsers say where a request comes from, and only they would bring the cookie back.
    const { origin, 'sec-fetch-site': site } = this.request.headers;
    if (origin === undefined && site === undefined) return;
    void this.reply.setCookie(DEVICE_COOKIE, note, {
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'strict',
      maxAge: DEVICE_COOKIE_SECONDS,
    });
  }

  private watchClient(abortion: AbortController): AbortController {
    const { raw } = this.reply;
    const onClose = (): void => {
      if (!raw.writableFinished) abortion.abort(new Error('The client has gone'));
    };
    if (raw.destroyed) onClose();
    else raw.once('close', onClose);
    return abortion;
  }
}

/** The longest IPv6 address there is; only a zone makes one longer, and zones mean nothing elsewhere. */
const ADDRESS_MAX_LENGTH = 45;

/** A trusted proxy may pass on what is no address; the peer's own is always one. */
function clientAddress({ ip, socket }: FastifyRequest): string {
  return isIP(ip) && ip.length <= ADDRESS_MAX_LENGTH ? ip : (socket.remoteAddress ?? 'unknown');
}
