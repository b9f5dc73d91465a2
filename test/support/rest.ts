import { undocumentedIn } from './openapi';
import type { TestApp } from './test-app';

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or the text of another media type. */
  readonly body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers of every shape
  readonly text: string;
}

export interface RestOptions {
  readonly token?: string | undefined;
  readonly cookie?: string | undefined;
  /** Sent as JSON; `raw` is sent as it is. */
  readonly json?: unknown;
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One REST request. Every answer is held against docs/openapi.json: whatever it does not declare fails the test. */
export async function rest(
  app: TestApp,
  request: string,
  { token, cookie, json, raw, headers = {} }: RestOptions = {},
): Promise<RestAnswer> {
  const [method = 'GET', path = '/'] = request.split(' ');
  const body = raw ?? (json === undefined ? undefined : JSON.stringify(json));
  const response = await fetch(`${app.url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(cookie !== undefined && { cookie: `access_token=${cookie}` }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  const contentType = response.headers.get('content-type');
  const isJson = contentType?.startsWith('application/json') === true && text !== '';
  const answer = {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as unknown) : text,
  };
  if (method !== 'OPTIONS') expect(undocumentedIn({ ...answer, method, path, contentType })).toEqual([]);
  return answer;
}

/** What no request can do: an operator's change in the database. */
export async function sql(app: TestApp, statement: string, values: unknown[]): Promise<void> {
  await app.app.database.unitOfWork((em) => em.execute(statement, values));
}

/** What a refused call says to programs: the status and the code. */
export function refusal({ status, body }: RestAnswer): unknown[] {
  return [status, (body as { code?: unknown } | undefined)?.code];
}
