import { Agent, request } from 'node:http';
import { LIVE_TOKEN, type FuzzRequest } from './fuzz-inputs';

export interface FuzzAnswer {
  readonly status: number;
  readonly text: string;
  readonly durationMs: number;
}

/** Sends one request; where the connection it shared was closed meanwhile, once more over one of its own. */
export async function send(url: string, input: FuzzRequest, token = ''): Promise<FuzzAnswer> {
  const { authorization } = input.headers;
  const headers = authorization?.endsWith(LIVE_TOKEN)
    ? { ...input.headers, authorization: `Bearer ${token}` }
    : input.headers;
  const signedIn = { ...input, headers };
  try {
    return await sendOver(sharedConnections, url, signedIn);
  } catch {
    return sendOver(false, url, signedIn);
  }
}

const sharedConnections = new Agent({ keepAlive: true, maxSockets: 64 });

function sendOver(
  agent: Agent | false,
  url: string,
  { method, path, headers: given, body }: FuzzRequest,
): Promise<FuzzAnswer> {
  const headers = { ...given, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) };
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers, agent, timeout: 10_000 }, (response) => {
      let answer = '';
      response.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        resolve({ status, text: answer, durationMs: performance.now() - startedAt });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 s')));
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Registers somebody, whose access token fuzzed requests may use. */
export async function liveToken(url: string): Promise<string> {
  const email = `fuzz${Math.random()}@example.com`;
  const query = `mutation { register(input: { email: "${email}", password: "Correct-Horse-7" }) { tokens { accessToken } } }`;
  const headers = { 'content-type': 'application/json' };
  const { text: answer } = await send(url, {
    method: 'POST',
    path: '/graphql',
    headers,
    body: JSON.stringify({ query }),
  });
  const token = /"accessToken":"([^"]+)"/.exec(answer)?.[1];
  if (token === undefined) throw new Error(`registration failed: ${answer}`);
  return token;
}

const FAULTS = ['INTERNAL_ERROR', 'DATABASE_ERROR'];

/** What is wrong with an answer: a fault of ours that some input brought about. */
export function faultOf({ status, text: answer }: FuzzAnswer): string | undefined {
  if (status >= 500 && status !== 503) return `status ${status}`;
  if (!answer.startsWith('{')) return undefined;
  const { code, errors = [] } = JSON.parse(answer) as {
    code?: string;
    errors?: { extensions?: { code?: string } }[];
  };
  return [code, ...errors.map(({ extensions }) => extensions?.code)].find(
    (one) => one !== undefined && FAULTS.includes(one),
  );
}
