import { ClientError, GraphQLClient } from 'graphql-request';
import { asksToReauthenticate, type GatewaySession } from './session';

export async function request<Data>(
  session: GatewaySession,
  document: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const client = new GraphQLClient(session.url);
  try {
    return await client.request<Data>(document, variables, session.headers);
  } catch (error) {
    const isRefused = error instanceof ClientError && asksToReauthenticate(error.response);
    if (!isRefused || !(await session.refresh())) throw error;
    return client.request<Data>(document, variables, session.headers);
  }
}
