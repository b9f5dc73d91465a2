import type { FastifyReply, FastifyRequest } from 'fastify';
import { isFromThisMachine } from '../http/operator-access';
import type { PageAnswer } from '../http/negotiation';
import { page } from './page-answers';
import type { PageRenderer } from './page-renderer';

export interface HomeFacts {
  readonly version: string;
  readonly hasIde: boolean;
  readonly hasMailbox: boolean;
}

/** What a browser sees at `/`: what runs here, and the ways in that there are. All links are relative, so no Host is believed. */
export function homePage(pages: PageRenderer, { hasMailbox, ...facts }: HomeFacts): PageAnswer {
  return (request: FastifyRequest, reply: FastifyReply) => {
    // The mailbox is for whoever sits at this machine, and so is the link to it.
    const values = { ...facts, hasMailbox: hasMailbox && isFromThisMachine(request) };
    return page({ pages }, request, reply, 'home', values);
  };
}

/** What a browser sees at the GraphQL endpoint while there is no IDE. */
export function ideOffPage(pages: PageRenderer, why: { readonly isListOnly: boolean }): PageAnswer {
  return (request, reply) => page({ pages }, request, reply, 'ide-off', why);
}
