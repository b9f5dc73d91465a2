import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { GraphQLContext } from './context';

/** Where Apollo's page says that its own servers are out of reach; a test holds us to these words. */
const OFFLINE = /(<p>Apollo Sandbox cannot be loaded)[^<]*<\/p>/;
/** Until Sandbox is in it, the empty frame would lie over the link; and Apollo's page is white in the dark. */
const EMPTY_FRAME = /(<style nonce=\w+>)(\s*iframe)/;

/** Apollo Sandbox, which is loaded from Apollo; without a way there, its page leads on to the IDE that is served from here. */
export function landingPage(): ApolloServerPlugin<GraphQLContext> {
  const apollo = ApolloServerPluginLandingPageLocalDefault({ footer: false });
  return {
    async serverWillStart(service) {
      const page = await (await apollo.serverWillStart?.(service))?.renderLandingPage?.();
      if (!page) throw new Error('Apollo has no landing page');
      const html = async (): Promise<string> =>
        withLocalIde(typeof page.html === 'string' ? page.html : await page.html());
      return { renderLandingPage: () => Promise.resolve({ html }) };
    },
  };
}

function withLocalIde(html: string): string {
  return html
    .replace(
      OFFLINE,
      '$1: Apollo\'s servers are out of reach. <a href="graphiql">GraphiQL</a> is served from here, and needs nothing else.</p>',
    )
    .replace(
      EMPTY_FRAME,
      '$1\n  :root { color-scheme: light dark; }\n  #embeddableSandbox:empty { display: none; }$2',
    );
}
