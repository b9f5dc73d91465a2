import { ApolloClient, gql, InMemoryCache, type TypedDocumentNode } from '@apollo/client';
import { Client, fetchExchange } from '@urql/core';
import { GraphQLClient } from 'graphql-request';
import { Environment, Network, RecordSource, Store, type GraphQLSingularResponse } from 'relay-runtime';
import { gatewayLink } from '../../../client/src/apollo';
import { createGatewayClient, type GatewayClient, type SignIn } from '../../../client/src/index';
import { gatewayFetchFunction } from '../../../client/src/relay';
import { gatewayOptions } from '../../../client/src/urql';
import { PASSWORD } from '../../support/people';
import { useApp } from '../../support/test-app';

const app = useApp();

/** Does one operation with a client of somebody else's that goes through ours. */
type Doing = <Data>(
  gateway: GatewayClient,
  text: string,
  variables?: Record<string, unknown>,
) => Promise<Data>;

const kindOf = (text: string): 'query' | 'mutation' => (text.startsWith('query') ? 'query' : 'mutation');

const withApollo: Doing = async <Data>(
  gateway: GatewayClient,
  text: string,
  variables: Record<string, unknown> = {},
) => {
  const apollo = new ApolloClient({ link: gatewayLink(gateway), cache: new InMemoryCache() });
  const document: TypedDocumentNode<Data, Record<string, unknown>> = gql(text);
  const { data } =
    kindOf(text) === 'query'
      ? await apollo.query({ query: document, variables })
      : await apollo.mutate({ mutation: document, variables });
  return data as Data;
};

const withUrql: Doing = async <Data>(gateway: GatewayClient, text: string, variables = {}) => {
  const client = new Client({ ...gatewayOptions(gateway), exchanges: [fetchExchange] });
  const answer = await client[kindOf(text)](text, variables).toPromise();
  if (answer.error) throw answer.error;
  return answer.data as Data;
};

const withGraphqlRequest: Doing = (gateway, text, variables) =>
  new GraphQLClient(gateway.url, { fetch: gateway.fetch }).request(text, variables);

const withRelay: Doing = async <Data>(gateway: GatewayClient, text: string, variables = {}) => {
  const network = Network.create(gatewayFetchFunction(gateway));
  const environment = new Environment({ network, store: new Store(new RecordSource()) });
  const name = /^\w+ (\w+)/.exec(text)![1]!;
  const params = { id: null, cacheID: name, metadata: {}, name, operationKind: kindOf(text), text };
  const answer = (await environment.getNetwork().execute(params, variables, {}).toPromise()) as
    (GraphQLSingularResponse & { data?: unknown }) | undefined;
  if (!answer?.data) throw new Error(JSON.stringify(answer));
  return answer.data as Data;
};

const SIGNED_IN = '{ user { id } tokens { accessToken expiresIn refreshToken } }';
const REGISTER = `mutation Register($input: RegisterInput!) { register(input: $input) ${SIGNED_IN} }`;
const LOGIN = `mutation Login($input: LoginInput!) { login(input: $input) ${SIGNED_IN} }`;
const REFRESH = `mutation Refresh($token: String) { refresh(refreshToken: $token) ${SIGNED_IN} }`;
const ME = 'query Me { me { id email } }';

describe.each<[string, Doing]>([
  ['Apollo Client', withApollo],
  ['urql', withUrql],
  ['graphql-request', withGraphqlRequest],
  ['Relay', withRelay],
])('%s through our client', (name, perform) => {
  const email = `${name.replaceAll(/\W/g, '-')}@example.com`;
  let gateway: GatewayClient;
  beforeAll(() => {
    gateway = createGatewayClient({ url: `${app.url}/graphql` });
  });

  it('should register, log in, refresh, ask and log out', async () => {
    await perform(gateway, REGISTER, { input: { email, password: PASSWORD } });
    const { login } = await perform<{ login: SignIn }>(gateway, LOGIN, {
      input: { identifier: email, password: PASSWORD },
    });
    await gateway.adopt(login);
    const token = login.tokens.refreshToken;
    const { refresh } = await perform<{ refresh: SignIn }>(gateway, REFRESH, { token });
    await gateway.adopt(refresh);
    expect(await perform(gateway, ME)).toMatchObject({ me: { email } });
    expect(await perform(gateway, 'mutation Logout { logout }')).toMatchObject({ logout: true });
    await expect(perform(gateway, ME)).rejects.toThrow();
    expect(gateway.state).toBe('signed-out');
  });

  it('should refresh without a word when the access token has expired', async () => {
    await gateway.login({ input: { identifier: email, password: PASSWORD } });
    const changes: string[] = [];
    gateway.onChange((change) => changes.push(change));
    app.clock.advance({ hours: 2 });
    expect(await perform(gateway, ME)).toMatchObject({ me: { email } });
    expect(changes).toEqual(['refreshed']);
  });
});
