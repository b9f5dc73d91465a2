import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';

/** What is used of it. Its own types bring a browser's along, which every other file of the tests would have to fit. */
interface HiveGateway {
  readonly createGatewayRuntime: (options: {
    readonly supergraph: string;
    readonly logging: boolean;
    readonly propagateHeaders: {
      readonly fromClientToSubgraphs: (from: {
        readonly request: Request;
      }) => Record<string, string> | undefined;
    };
  }) => RequestListener & AsyncDisposable;
}
const { createGatewayRuntime } = createRequire(__filename)('@graphql-hive/gateway-runtime') as HiveGateway;

/** A router of a graph of several services, which listens. */
export interface Router {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Each passes the header Authorization on, and nothing else of its clients. */
export const routers: Readonly<Record<string, (supergraph: string) => Promise<Router>>> = {
  '@apollo/gateway': apolloGateway,
  'Hive Gateway': hiveGateway,
};

interface RouterContext {
  readonly authorization: string | undefined;
}

class PassingOn extends RemoteGraphQLDataSource<RouterContext> {
  override willSendRequest({
    request,
    context,
  }: {
    request: { http?: unknown };
    context: Partial<RouterContext>;
  }): void {
    const http = request.http as { headers: Map<string, string> } | undefined;
    if (context.authorization !== undefined) http?.headers.set('authorization', context.authorization);
  }
}

async function apolloGateway(supergraphSdl: string): Promise<Router> {
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ url }) => new PassingOn({ url: url ?? '' }),
  });
  const server = new ApolloServer<RouterContext>({ gateway });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0 },
    context: ({ req }) => Promise.resolve({ authorization: req.headers.authorization }),
  });
  return { url, stop: () => server.stop() };
}

async function hiveGateway(supergraph: string): Promise<Router> {
  const gateway = createGatewayRuntime({
    supergraph,
    logging: false,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => {
        const authorization = request.headers.get('authorization');
        return authorization === null ? undefined : { authorization };
      },
    },
  });
  const server = createServer((request, response) => gateway(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await gateway[Symbol.asyncDispose]();
    },
  };
}
