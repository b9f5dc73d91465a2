import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors';
import { viewerUnlessCookie } from '../features/sign-in';
import { type Authenticator } from '../features/sign-in';
import type { IssuedAccess } from '../foundation/auth-tokens';
import type { Viewer } from '../foundation/viewer';
import { isFromOtherSite } from '../http/origins';
import type { Security } from './operation';

/** For clients of families that sign in by cookie. */
export const ACCESS_COOKIE = 'access_token';

/** The access token as a cookie: for this host only, and out of reach of scripts. */
export class AccessCookie {
  readonly #attributes: CookieSerializeOptions;

  /** `Secure` is left out only where the service is not reached over TLS at all. */
  constructor(publicUrl: string) {
    const secure = !publicUrl.startsWith('http://');
    this.#attributes = { path: '/', httpOnly: true, secure, sameSite: 'lax' };
  }

  set(reply: FastifyReply, { accessToken, expiresInSeconds }: IssuedAccess): void {
    void reply.setCookie(ACCESS_COOKIE, accessToken, { ...this.#attributes, maxAge: expiresInSeconds });
  }

  clear(reply: FastifyReply): void {
    void reply.clearCookie(ACCESS_COOKIE, this.#attributes);
  }
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Finds out who is asking, from the header or, where the family has one, from the cookie. */
export class RestAuthentication {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly ownOrigins: ReadonlySet<string>,
  ) {}

  /**
   * @throws AppError UNAUTHENTICATED, INVALID_TOKEN, TOKEN_EXPIRED as `security` demands; FORBIDDEN for a change that
   * another site makes with the cookie
   */
  async viewerOf(
    request: FastifyRequest,
    security: Security,
    takesCookie: boolean,
  ): Promise<Viewer | undefined> {
    if (security === 'none' || security === 'client') return undefined;
    const { authorization } = request.headers;
    const cookie = takesCookie && authorization === undefined ? request.cookies[ACCESS_COOKIE] : undefined;
    if (cookie !== undefined) this.#refuseOtherSites(request);
    const isMissing = authorization === undefined && cookie === undefined;
    if (isMissing && (security === 'optional' || security === 'lenient')) return undefined;
    const find = (): Promise<Viewer> =>
      cookie === undefined
        ? this.authenticator.viewerFromHeader(authorization)
        : this.authenticator.viewerFromToken(cookie);
    if (security === 'sign-out') return viewerUnlessCookie(find, request.caller.delivery);
    try {
      return await find();
    } catch (error) {
      if (security === 'lenient' && error instanceof AppError && error.entry.httpStatus === 401) {
        return undefined;
      }
      throw error;
    }
  }

  /** Whether a request has authority by a cookie, which browsers send along whoever has them send it. */
  bringsCookie(request: FastifyRequest, takesCookie: boolean): boolean {
    const hasAccessCookie = takesCookie && request.cookies[ACCESS_COOKIE] !== undefined;
    return hasAccessCookie || request.caller.delivery.hasRefreshCookie;
  }

  /**
   * What a form can send, any page can: where the answer is a cookie, it could sign its visitors in to an account of its own.
   * @throws AppError FORBIDDEN
   */
  refuseForeignForms(request: FastifyRequest, takesCookie: boolean): void {
    const isCookie = takesCookie || request.caller.delivery.way === 'cookie';
    const type = request.headers['content-type']?.trimStart().toLowerCase();
    const isJson = type?.startsWith('application/json') === true;
    if (isCookie && !isJson) this.#refuseOtherSites(request);
  }

  /** Browsers send the cookie with requests that other sites make, and say where those come from. */
  #refuseOtherSites(request: FastifyRequest): void {
    if (SAFE_METHODS.has(request.method)) return;
    if (isFromOtherSite(request, this.ownOrigins)) {
      throw new AppError('FORBIDDEN', { message: 'Another site may not act with cookies of this one' });
    }
  }
}
