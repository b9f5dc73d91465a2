import type { FastifyInstance } from 'fastify';
import type { Config } from '../config';
import type { PageAnswer } from '../http/negotiation';
import type { MailTransport } from '../infrastructure/mail/mail-transport';
import { FolderTransport } from '../infrastructure/mail/transports';
import { addDevMailbox } from './dev-mailbox';
import { addGraphiql } from './graphiql';
import { homePage, ideOffPage } from './home-page';
import { addHostedPages, type HostedPages } from './hosted-pages';
import { version } from '../version';
import { PageRenderer } from './page-renderer';

/** What other faces show to browsers. */
export interface BrowserPages {
  readonly home: PageAnswer;
  readonly ideOff: PageAnswer;
}

type PageServices = Pick<
  HostedPages,
  'resets' | 'verifications' | 'emailChanges' | 'emailUndos' | 'limiter' | 'logger'
>;

/** Pages for people: those that the links in mails lead to, and for developers the mails themselves. */
export async function mountPages(
  server: FastifyInstance,
  config: Config,
  transport: MailTransport,
  services: PageServices,
): Promise<BrowserPages> {
  const pages = new PageRenderer(config.serviceName);
  const publicUrl = config.http.publicUrl;
  // One's own frontend, where there is one.
  const goOn = config.pages.hosted ? undefined : config.pages.baseUrl;
  const options = { ...services, passwordRule: config.password, publicUrl, goOn };
  await addHostedPages(server, { pages, config: config.pages, ...options });
  const hasMailbox = config.servesDevelopers && transport instanceof FolderTransport;
  if (hasMailbox) addDevMailbox(server, transport, pages);
  const { hasIde, persistedOperations } = config.graphql;
  const ideOff = ideOffPage(pages, { isListOnly: persistedOperations.kind === 'required' });
  addGraphiql(server, pages, hasIde, ideOff);
  const facts = { version, hasIde, hasMailbox };
  return { home: homePage(pages, facts), ideOff };
}
