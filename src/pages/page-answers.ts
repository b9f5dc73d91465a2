import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors';
import type { PageRenderer } from './page-renderer';
import { securePage } from './page-security';

interface Pages {
  readonly pages: PageRenderer;
  /** Where people go on after a success: FRONTEND_URL. */
  readonly goOn?: string | undefined;
}

/** One of our pages, in the language of the browser. */
export async function page(
  { pages }: Pages,
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  values: object,
): Promise<FastifyReply> {
  const html = await pages.render(name, request.headers['accept-language'], values);
  return securePage(reply).send(html);
}

/** The page that says how it went; `kind` names its texts. */
export function message(
  options: Pages,
  request: FastifyRequest,
  reply: FastifyReply,
  { kind, status = 200 }: { kind: string; status?: number },
): Promise<FastifyReply> {
  const isGood = status === 200;
  const goOn = isGood ? (options.goOn ?? '') : '';
  return page(options, request, reply.status(status), 'message', { kind, isGood, goOn });
}

/** A text that a form or a query sent under this name; empty when it sent none, or several. */
export function field(source: unknown, name: string): string {
  const value = (source as Record<string, unknown> | null | undefined)?.[name];
  return typeof value === 'string' ? value : '';
}

export function hasCode(error: unknown, code: AppError['code']): error is AppError {
  return error instanceof AppError && error.code === code;
}
