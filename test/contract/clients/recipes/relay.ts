import {
  Environment,
  Network,
  RecordSource,
  Store,
  type FetchFunction,
  type GraphQLSingularResponse,
} from 'relay-runtime';
import { asksToReauthenticate, type GatewaySession, type Refusable } from './session';

export function relayEnvironment(session: GatewaySession): Environment {
  const fetchOperation: FetchFunction = async ({ text, name }, variables) => {
    const send = async (): Promise<GraphQLSingularResponse> => {
      const response = await fetch(session.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...session.headers },
        body: JSON.stringify({ query: text, operationName: name, variables }),
      });
      return (await response.json()) as GraphQLSingularResponse;
    };
    const answer = await send();
    const isRefused = asksToReauthenticate(answer as Refusable);
    return isRefused && (await session.refresh()) ? send() : answer;
  };
  return new Environment({ network: Network.create(fetchOperation), store: new Store(new RecordSource()) });
}
