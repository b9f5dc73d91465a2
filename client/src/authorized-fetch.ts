import { asksToReauthenticate, type WireError } from './errors.js';
import { absolute } from './platform.js';
import type { Session } from './session.js';

type Fetch = typeof globalThis.fetch;

/** `fetch` for whoever is signed in: with a token that has not expired, and repeated once with another when it is refused. */
export function authorizedFetch(session: Session, origin: string, toOthers: Fetch, toGateway: Fetch): Fetch {
  return async (input, init) => {
    const isRequest = input instanceof Request;
    if (absolute(isRequest ? input.url : String(input)).origin !== origin) return toOthers(input, init);
    const send = (token: string | undefined): Promise<Response> => {
      const headers = new Headers(init?.headers ?? (isRequest ? input.headers : undefined));
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
      return toGateway(isRequest ? input.clone() : input, { ...init, headers });
    };
    const tokens = await session.current();
    const response = await send(tokens?.accessToken);
    if (!tokens || !(await asksForAnother(response))) return response;
    const renewed = await session.refresh(tokens);
    // Somebody else may have signed in meanwhile, in another tab: the request was not theirs.
    return renewed?.userId === tokens.userId ? send(renewed.accessToken) : response;
  };
}

async function asksForAnother(response: Response): Promise<boolean> {
  if (!response.headers.get('content-type')?.includes('json')) return false;
  const text = await response.clone().text();
  if (!text.includes('"reauthenticate"')) return false;
  try {
    return asksToReauthenticate((JSON.parse(text) as { errors?: readonly WireError[] }).errors ?? []);
  } catch {
    return false;
  }
}
