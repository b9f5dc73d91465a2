import type { FastifyReply, HTTPMethods } from 'fastify';
import type { z } from 'zod';
import type { FigureName } from '../config';
import type { ErrorCode } from '../errors';
import type { OAuthClient } from '../features/tokens';
import type { RequestContext } from '../foundation/request-context';
import type { Viewer } from '../foundation/viewer';
import type { ErrorTranslation } from '../http/error-translation';
import type { Face } from '../http/face';
import type { PageAnswer } from '../http/negotiation';
import type { LimitedAction } from '../infrastructure/rate-limit/policies';

/**
 * Who may call: `none` anybody; `required` a live session; `optional` anybody, but a token that is sent must be a live
 * one; `lenient` anybody, whatever the token is; `sign-out` as `required`, but a refresh cookie will do instead; `client` a
 * service of OAUTH_CLIENTS.
 */
export type Security = 'none' | 'required' | 'optional' | 'lenient' | 'sign-out' | 'client';

type ViewerOf<S extends Security> = S extends 'required'
  ? Viewer
  : S extends 'none' | 'client'
    ? undefined
    : Viewer | undefined;

/** One request, read and checked. */
export interface Call<Body, Query, Params, Headers, S extends Security> {
  readonly body: Body;
  readonly query: Query;
  readonly params: Params;
  readonly headers: Headers;
  readonly viewer: ViewerOf<S>;
  readonly client: S extends 'client' ? OAuthClient : undefined;
  readonly context: RequestContext;
  /** For cookies and for a status other than the answer's. */
  readonly reply: FastifyReply;
}

export interface Answer<Output> {
  readonly status: number;
  readonly description: string;
  readonly schema: z.ZodType<Output>;
  readonly example: unknown;
  /** JSON unless it says otherwise. */
  readonly mediaType?: string;
  /** There is none: the status says it all. */
  readonly hasNoBody?: true;
  /** Response headers by name, with what they hold. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request counts as for the rate limits. */
export interface OperationLimit {
  readonly action: LimitedAction;
  /** With the action `other`: counted for itself. */
  readonly endpoint?: string;
  /** Instead of the policy's own. */
  readonly figure?: FigureName;
  /** The field of the body or the query that names the account, where tries are counted by account. */
  readonly accountField?: string;
}

/**
 * One request that clients can make: the route, its validation and its page of the OpenAPI document are all made from
 * this. Schemas say what a value looks like; the rules it must keep are the use case's.
 */
export interface OperationDefinition<Body, Query, Params, Headers, S extends Security, Output> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Methods that are answered alike, and not documented. */
  readonly alsoTakes?: readonly HTTPMethods[];
  /** As OpenAPI writes it: `/users/{username}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly security?: S;
  /** By default, and beside what the use case counts itself, as `limitOf` says. */
  readonly limit?: OperationLimit;
  readonly body?: z.ZodType<Body>;
  readonly bodyExample?: unknown;
  /** Also takes `application/x-www-form-urlencoded`. */
  readonly takesForm?: true;
  readonly query?: z.ZodType<Query>;
  readonly params?: z.ZodType<Params>;
  readonly headers?: z.ZodType<Headers>;
  readonly answer: Answer<Output>;
  /** Answers of another kind than an error, beside the usual one. */
  readonly otherAnswers?: readonly Answer<Output>[];
  /** Beyond those that every operation of its kind can meet. */
  readonly errors?: readonly ErrorCode[];
  readonly translation?: ErrorTranslation;
  /** What people see in a browser, which asks for a page. */
  readonly page?: PageAnswer;
  handle(call: Call<Body, Query, Params, Headers, S>): Output | Promise<Output>;
}

/** An operation whose types have done their work. */
export type Operation = OperationDefinition<unknown, unknown, unknown, unknown, Security, unknown>;

/** Checks that a definition's handler fits its schemas. */
export function operation<
  Output,
  Body = undefined,
  Query = undefined,
  Params = undefined,
  Headers = undefined,
  S extends Security = 'none',
>(definition: OperationDefinition<Body, Query, Params, Headers, S, Output>): Operation {
  return definition;
}

/** Whether it signs somebody in, or keeps them signed in, by a cookie. */
export function setsCookie({ body, answer }: Operation): boolean {
  return body !== undefined && answer.headers?.['Set-Cookie'] !== undefined;
}

/** A family's operations, or the service's own. */
export interface OperationGroup {
  /** The tag in the OpenAPI document. */
  readonly name: string;
  readonly description: string;
  /** What lies below them is the group's, route or not: `/name/`. */
  readonly prefixes: readonly string[];
  /** Undefined for the service's own. */
  readonly face?: Face;
  /** Whether error bodies repeat the message as `detail`. */
  readonly hasDetail?: true;
  /** Whether error bodies have OAuth's fields beside the envelope's. */
  readonly speaksOAuth?: true;
  /** Whether the session cookie is taken beside the header. */
  readonly takesCookie?: true;
  /** Whether bodies are of no interest, whatever they are: nothing is refused for its body, and none is read. */
  readonly ignoresBodies?: true;
  /** Whether JSON numbers keep their text, on the way in and out, because they are money. */
  readonly hasMoney?: true;
  /** What an operation counts as that does not say so itself; without it as nothing. */
  readonly limitOf?: (operation: Operation) => OperationLimit;
  readonly operations: readonly Operation[];
}
