import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors';
import { requireThisMachine } from '../http/operator-access';
import type { FolderTransport, StoredMail } from '../infrastructure/mail/transports';
import type { PageRenderer } from './page-renderer';
import { securePage } from './page-security';

const MAX_MAILS_SHOWN = 100;
/** The mail's own HTML, as harmless as a mail program would make it: no scripts, nothing loaded from elsewhere. */
const MAIL_CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** What the outbox folder holds, for developers at this machine; never in production. */
export function addDevMailbox(server: FastifyInstance, mails: FolderTransport, pages: PageRenderer): void {
  const onRequest = async (request: FastifyRequest): Promise<void> => requireThisMachine(request);
  server.get('/dev/mailbox', { onRequest }, async (_request, reply) => {
    const list = await mails.list(MAX_MAILS_SHOWN);
    return securePage(reply).send(await pages.render('mailbox', 'en', { root: '../', mails: list }));
  });
  server.get<{ Params: { name: string } }>('/dev/mailbox/:name', { onRequest }, async (request, reply) => {
    const mail = await readMail(mails, request.params.name);
    const values = { root: '../../', mail, code: codeIn(mail), links: linksIn(mail) };
    return securePage(reply).send(await pages.render('mailbox-mail', 'en', values));
  });
  server.get<{ Params: { name: string } }>(
    '/dev/mailbox/:name/html',
    { onRequest },
    async (request, reply) => {
      const { html } = await readMail(mails, request.params.name);
      return securePage(reply)
        .headers({ 'content-security-policy': MAIL_CONTENT_SECURITY_POLICY, 'x-frame-options': 'SAMEORIGIN' })
        .send(html.replaceAll('<a ', '<a target="_blank" rel="noopener" '));
    },
  );
}

async function readMail(mails: FolderTransport, name: string): Promise<StoredMail> {
  const mail = await mails.read(name);
  if (!mail) throw new AppError('NOT_FOUND');
  return mail;
}

function codeIn({ text }: StoredMail): string {
  return /^ {4}(\d{6})$/m.exec(text)?.[1] ?? '';
}

function linksIn({ text }: StoredMail): string[] {
  return text.match(/https?:\/\/\S+/g) ?? [];
}
