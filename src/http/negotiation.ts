import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

/** What answers a browser with a page. */
export type PageAnswer = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Whether whoever asks would rather have a page than JSON, as browsers do; `curl`, which takes anything, would not. */
export function wantsPage(request: FastifyRequest): boolean {
  const types = new Negotiator(request).mediaTypes(['application/json', 'text/html']);
  return types[0] === 'text/html';
}

/** Tells caches that the answer differs with these request headers, beside those that were named before. */
export function addVary(reply: FastifyReply, headers: string): void {
  const before = reply.getHeader('vary');
  void reply.header('vary', before === undefined ? headers : `${String(before)}, ${headers}`);
}
