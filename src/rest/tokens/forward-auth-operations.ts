import { z } from 'zod';
import { AppError } from '../../errors';
import type { AccountService } from '../../features/account';
import type { UserProfile } from '../../features/identity';
import type { Permission, UserRole, SessionViewer } from '../../foundation/viewer';
import { scopeOf } from '../../foundation/viewer';
import { operation, type Operation } from '../operation';

export type ForwardAuthServices = { readonly accounts: Pick<AccountService, 'me'> };

const ANY_METHOD = ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** A proxy's own setting: each demand must be met, by one of its alternatives. */
const demand = z.union([z.string(), z.array(z.string())]).optional();

const NO_ANSWER = {
  status: 204,
  description: 'Let the request pass; the headers say who asks. Those without a value are there, and empty.',
  schema: z.undefined(),
  example: undefined,
  hasNoBody: true,
  headers: {
    'X-Auth-User-Id': 'Id of the user.',
    'X-Auth-Username': 'Percent-encoded where it is not plain ASCII.',
    'X-Auth-Email': 'Percent-encoded where it is not plain ASCII.',
    'X-Auth-Role': 'Role of the user, now.',
    'X-Auth-Scopes': 'What the user may do now, separated by spaces.',
    'X-Auth-Session-Id': 'Id of the session.',
  },
} as const;

/** Proxies know these refusals only, and make a server error of all others. */
const translation = {
  statuses: {
    DATABASE_ERROR: 503,
    INTERNAL_ERROR: 503,
    BAD_REQUEST: 403,
    INVALID_INPUT: 403,
    UNSUPPORTED_MEDIA_TYPE: 403,
  },
} as const;

/**
 * What a proxy asks before it lets a request pass. It believes nothing but the access token, and the demands in its own
 * address: no header that tells of the original request, which a client may have written.
 */
export function forwardAuth(method: 'GET' | 'POST', services: ForwardAuthServices): Operation {
  return operation({
    method,
    // Some proxies ask with the method of the request that they ask about.
    ...(method === 'GET' && { alsoTakes: ANY_METHOD }),
    path: '/forward-auth',
    id: method === 'GET' ? 'forwardAuth' : 'forwardAuthByPost',
    summary: 'For proxies: whether a request may pass, and who asks',
    description:
      'For nginx (`auth_request`), Caddy (`forward_auth`), HAProxy, Traefik and Envoy (`ext_authz`). No limit applies: all requests come from the proxy.',
    security: 'required',
    query: z.looseObject({
      role: demand.meta({
        description: 'One of these roles, separated by commas; repeated, each must be met.',
      }),
      permission: demand.meta({ description: 'The same for permissions.' }),
      status: demand.meta({ description: '`200` for proxies that take no other status for a yes (Envoy).' }),
      path: demand.meta({
        description:
          'Where a proxy appends the address of the request: it is not read, and nothing after it.',
      }),
    }),
    answer: NO_ANSWER,
    otherAnswers: [{ ...NO_ANSWER, status: 200, description: 'The same, where `status=200` asks for it.' }],
    errors: ['FORBIDDEN'],
    translation,
    handle: async ({ viewer, reply }) => {
      const settings = proxySettings(reply.request.url);
      requireOneOfEach(settings.getAll('role'), (role) => viewer.role === (role as UserRole));
      requireOneOfEach(settings.getAll('permission'), (one) => viewer.can(one as Permission));
      void reply.headers(identityHeaders(viewer, await services.accounts.me(viewer)));
      if (settings.get('status') === '200') void reply.status(200);
    },
  });
}

const APPENDED = /(?:^|&)path(?:[=&]|$)/;
const SETTINGS: ReadonlySet<string> = new Set(['role', 'permission', 'status']);
/** What was meant to be a demand, among names that may be the client's: some proxies send its query on. */
const LIKE_A_DEMAND = /^(roles?|permissions?|scopes?)(\[.*\])?$/i;

/**
 * What the proxy says in its own address: all that stands before the appended one. A demand that is misspelt would be none.
 * @throws AppError FORBIDDEN
 */
function proxySettings(url: string): URLSearchParams {
  const [, query = ''] = /\?(.*)$/s.exec(url) ?? [];
  const end = APPENDED.exec(query)?.index;
  const settings = new URLSearchParams(query.slice(0, end));
  for (const name of settings.keys()) {
    const isTaken = SETTINGS.has(name) || (end === undefined && !LIKE_A_DEMAND.test(name));
    if (!isTaken)
      throw new AppError('FORBIDDEN', {
        message: `The proxy demands "${name}", and can demand a role or a permission`,
      });
  }
  return settings;
}

/** @throws AppError FORBIDDEN */
function requireOneOfEach(demands: readonly string[], isMet: (one: string) => boolean): void {
  if (!demands.every((alternatives) => alternatives.split(',').some((one) => isMet(one.trim()))))
    throw new AppError('FORBIDDEN');
}

/** All of them, always: what is missing here, a proxy might leave as the client sent it. */
function identityHeaders(viewer: SessionViewer, { username, email }: UserProfile): Record<string, string> {
  return {
    'x-auth-user-id': String(viewer.userId),
    'x-auth-username': headerText(username),
    'x-auth-email': headerText(email),
    'x-auth-role': viewer.role,
    'x-auth-scopes': scopeOf(viewer.role),
    'x-auth-session-id': viewer.sessionId,
  };
}

const PLAIN = /^[\x21-\x24\x26-\x7e]*$/;

/** Names may hold any character, and headers only some: no name ends a header, or becomes another one on the way. */
function headerText(text: string | null): string {
  if (text === null || PLAIN.test(text)) return text ?? '';
  return encodeURIComponent(text);
}
