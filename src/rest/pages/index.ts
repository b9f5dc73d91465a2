export { addDevMailbox } from './dev-mailbox';
export { addHostedPages } from './hosted-pages';
export { PageRenderer } from './page-renderer';
