import type { FastifyInstance } from 'fastify';
import type { Config } from '../config';
import type { MailTransport } from '../infrastructure/mail/mail-transport';
import { FolderTransport } from '../infrastructure/mail/transports';
import { addDevMailbox } from './dev-mailbox';
import { addHostedPages, type HostedPages } from './hosted-pages';
import { PageRenderer } from './page-renderer';

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
): Promise<void> {
  const pages = new PageRenderer(config.serviceName);
  const publicUrl = config.http.publicUrl;
  const options = { ...services, passwordRule: config.password, publicUrl };
  await addHostedPages(server, { pages, config: config.pages, ...options });
  if (config.servesDevelopers && transport instanceof FolderTransport)
    addDevMailbox(server, transport, pages);
}
