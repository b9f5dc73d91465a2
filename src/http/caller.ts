import { isIP } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DeviceMemory, LimitStatus, RequestContext, TokenDelivery } from '../foundation/request-context';
import { graphqlSurface, type Surface } from '../foundation/surface';
import { RefreshCookie, type CookieSettings } from './refresh-cookie';

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
  readonly waits: number[] = [];
  private abortion: AbortController | undefined;
  private tokenDelivery: TokenDelivery | undefined;

  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly cookies: CookieSettings,
  ) {
    this.requestId = request.id;
    this.surface = request.face?.surface ?? graphqlSurface;
    this.ipAddress = clientAddress(request);
    this.userAgent = request.headers['user-agent'];
    this.acceptLanguage = request.headers['accept-language'];
  }

  get device(): DeviceMemory {
    return this;
  }

  /** One a request: it remembers how the token came. */
  get delivery(): TokenDelivery {
    this.tokenDelivery ??= new RefreshCookie(this.request, this.reply, this.cookies);
    return this.tokenDelivery;
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
    if (!this.comesFromOwnPages()) return;
    void this.reply.setCookie(DEVICE_COOKIE, note, {
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'strict',
      maxAge: DEVICE_COOKIE_SECONDS,
    });
  }

  /** Only browsers say where a request comes from, and only they would bring a cookie back. */
  private comesFromOwnPages(): boolean {
    const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = this.request.headers;
    if (site === 'same-origin') return true;
    // A page elsewhere can send anybody's browser here with a form.
    if (site === 'cross-site' && mode === 'navigate') return false;
    return origin === undefined ? site === 'same-site' : this.cookies.allowedOrigins.has(origin);
  }

  private watchClient(abortion: AbortController): AbortController {
    const { raw } = this.reply;
    const { socket, httpVersionMajor } = this.request.raw;
    // A response that waits its turn on a pipelined connection is told nothing of the connection's end.
    const connection = httpVersionMajor === 1 ? socket : undefined;
    const onClose = (): void => {
      raw.off('close', onClose);
      connection?.off('close', onClose);
      if (!raw.writableFinished) abortion.abort(new Error('The client has gone'));
    };
    if (raw.destroyed || connection?.destroyed) onClose();
    else {
      raw.once('close', onClose);
      connection?.setMaxListeners(0).once('close', onClose);
    }
    return abortion;
  }
}

/** The longest IPv6 address there is; only a zone makes one longer, and zones mean nothing elsewhere. */
const ADDRESS_MAX_LENGTH = 45;

/** A trusted proxy may pass on what is no address; the peer's own is always one. */
function clientAddress({ ip, socket }: FastifyRequest): string {
  return isIP(ip) && ip.length <= ADDRESS_MAX_LENGTH ? ip : (socket.remoteAddress ?? 'unknown');
}
